import { Failure } from '#engine/model/failure.ts';
import type { Become } from '#engine/model/host.ts';
import type { ExplainedError } from './hints.ts';
import type { NotStarted } from './start-failure.ts';

interface NotBecome extends NotStarted {
  readonly become: Become;
  /** Whether the password was asked for again. */
  readonly isWrong: boolean;
}

/** Why a command could not be started as another user, told from what sudo, doas and su say in English. */
export function becomeFailure(outcome: NotBecome): Failure {
  const { where, user, become, status, said } = outcome;
  const [what, fix] = explain(outcome);
  const program = become.executable?.join(' ') ?? become.method;
  const end = outcome.isWrong ? 'asked again' : `exit ${status ?? '?'}`;
  return new Failure(what, {
    where,
    ran: `${program}, by ${user}, to become ${become.user} → ${end}`,
    output: said || undefined,
    fix,
  });
}

function explain(outcome: NotBecome): ExplainedError {
  const { become, status, said, isWrong } = outcome;
  if (isWrong) return WRONG_PASSWORD;
  if (/unknown user|user \S+ does not exist|user '\S+' not found/i.test(said)) return NO_SUCH_USER;
  if (/have a tty/.test(said)) return noTerminal(outcome);
  if (RIGHTS.test(said)) return ['The user may not become another user', allow(outcome)];
  if (become.password !== undefined && WRONG.test(said)) return WRONG_PASSWORD;
  if (NEEDED.test(said) || WRONG.test(said)) return passwordNeeded(outcome);
  if (status === 126 || status === 127) return missing(become);
  return ['The user could not become another user', tryByHand(outcome)];
}

// Of sudo, doas, su of util-linux and of busybox, and of sudo-rs, as far as they are known.
const RIGHTS =
  /not in the sudoers file|not allowed to|may not run |Operation not permitted|afraid I can't do that/;
const WRONG =
  /try again|incorrect password|[Aa]uthentication fail|incorrect authentication attempt/;
const NEEDED =
  /password is required|a terminal is required|no tty present|[Aa]uthentication (is )?required/;

const NO_SUCH_USER: ExplainedError = [
  'The host has no such user to become',
  'Correct ansible_become_user, or make the user on the host.',
];

const WRONG_PASSWORD: ExplainedError = [
  'The password to become another user is wrong',
  'Correct ansible_become_password, or the answer to --ask-become-pass.',
];

function noTerminal({ user }: NotBecome): ExplainedError {
  const rule = `Defaults:${user} !requiretty`;
  return ['sudo wants a terminal', `Let it do without, with visudo on the host:\n  ${rule}`];
}

function passwordNeeded(outcome: NotBecome): ExplainedError {
  const what = 'A password is needed to become another user';
  const { method } = outcome.become;
  if (method === 'doas') {
    const why = 'doas takes passwords from a terminal only, and rota has none on the host.';
    return [what, `${why} ${allow(outcome)}`];
  }
  const give = 'Give it with --ask-become-pass (-K), or in ansible_become_password, encrypted';
  if (method === 'su') return [what, `${give}.`];
  return [
    what,
    `${give}. Or let sudo ask for none, with visudo on the host:\n  ${rule(outcome, 'NOPASSWD: ALL')}`,
  ];
}

function allow(outcome: NotBecome): string {
  const { become, user } = outcome;
  switch (become.method) {
    case 'sudo':
      return `Allow it, with visudo on the host:\n  ${rule(outcome, 'ALL')}`;
    case 'doas':
      return `Allow it without a password, in /etc/doas.conf on the host:\n  permit nopass ${user} as ${become.user}`;
    case 'su':
      return 'Let PAM allow it, in /etc/pam.d/su on the host, or use sudo.';
  }
}

function rule({ user, become }: NotBecome, commands: string): string {
  return `${user} ALL=(${become.user}) ${commands}`;
}

function missing({ method }: Become): ExplainedError {
  return [
    'The host lacks the program to become another user',
    `Install ${method} there, set ansible_become_method to what it has (sudo, doas or su), or log in as the user itself.`,
  ];
}

function tryByHand({ user, become }: NotBecome): string {
  return `See what ${become.method} says on the host, as ${user}.`;
}
