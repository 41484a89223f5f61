import { Failure } from '#engine/model/failure.ts';
import { sh } from '#engine/shell/quote.ts';
import type { ExplainedError } from './hints.ts';
import type { StartStage } from './start.ts';

/** A command that did not begin. */
export interface NotStarted {
  readonly where: string;
  /** Who has logged in. */
  readonly user: string;
  readonly status: number | null;
  /** What was said in place of the command. */
  readonly said: string;
}

/** A login that ended without a sh: what there is in its place is told by its own words. */
export function noStart({ where, user, status, said }: NotStarted): Failure {
  const [what, fix] = explain(user, said);
  return new Failure(what, {
    kind: 'unreachable',
    where,
    ran: `the login shell of ${user} → exit ${status ?? '?'}`,
    output: said || undefined,
    fix,
  });
}

function explain(user: string, said: string): ExplainedError {
  if (/password (?:has )?expired|password change required|change your password/i.test(said)) {
    return [
      'The password of the user has expired',
      sh`Set a new one, as root on the host:\n  passwd ${user}`,
    ];
  }
  return [
    'The login shell does not run commands',
    sh`See what it is on the host, and what its sshd runs in its place (ForceCommand). What it reads first, such as .bashrc, is not to end it:\n  getent passwd ${user}`,
  ];
}

/** A command that did not begin in time. */
export interface Late {
  readonly where: string;
  readonly stage: StartStage;
  /** What it becomes another user by. */
  readonly method: string | undefined;
  readonly said: string;
  readonly limit: StartLimit;
}

/** How long something may take, and what sets that. */
export interface StartLimit {
  readonly ms: number;
  readonly by?: string;
}

/** Whoever has the word is to blame. */
export function lateStart({ where, stage, method, said, limit }: Late): Failure {
  const end = `gave up after ${limit.ms / 1000} s${limit.by === undefined ? '' : ` (${limit.by})`}`;
  const [what, fix] =
    stage === 'logged-in' && method !== undefined
      ? ['Becoming another user takes too long', `See there what ${method} waits for.`]
      : ['The login shell takes too long', 'See what it does first, such as in .bashrc.'];
  return new Failure(what, {
    kind: 'unreachable',
    where,
    output: [said, end].filter(Boolean).join('\n'),
    fix: limit.by === undefined ? fix : `${fix} If it is only slow, raise ansible_timeout.`,
  });
}
