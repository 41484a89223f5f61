import type { Failure } from '#engine/model/failure.ts';
import { sh } from '#engine/shell/quote.ts';
import { ConnectFailure, DROPPED } from './connect-failure.ts';
import { byHand, type ExplainedError, moreDays, moreLogins, moreTime } from './hints.ts';
import type { Hop } from './hop.ts';
import { NEW_KEYS, SET_UP_ANEW } from './host-key.ts';
import type { MasterEnd } from './openssh-master.ts';

/** Why OpenSSH's own client did not log in, told from what it says. */
export function openSshFailure(hop: Hop, end: MasterEnd & { readonly limitMs: number }): Failure {
  const [what, fix] = explain(hop, end);
  const said = end.stderr.trim().split('\n');
  // ssh frames its warnings.
  const lines = said
    .filter((line) => !line.startsWith('@@@'))
    .slice(-20)
    .join('\n');
  const how =
    end.status === undefined
      ? `gave up after ${end.limitMs / 1000} s, three times ansible_timeout`
      : `ssh ended with exit code ${end.status}`;
  const output = [lines, lines === '' || end.status === undefined ? how : ''].filter(Boolean);
  const details = {
    kind: 'unreachable',
    where: hop.where,
    output: output.join('\n'),
    fix,
  } as const;
  return new ConnectFailure(what, details, { dropped: what === DROPPED });
}

function explain(hop: Hop, { status, stderr }: MasterEnd): ExplainedError {
  if (status === undefined) return ['The login takes too long', moreTime(hop)];
  if (status === 127) return NO_SSH;
  const known = KNOWN.find(([words]) => words.test(stderr));
  return known === undefined
    ? ['The connection cannot be made', byHand(hop)]
    : [known[1], known[2](hop)];
}

/** The first that fits: a line about a host key says more than that its verification failed. */
const KNOWN: readonly (readonly [words: RegExp, what: string, fix: (hop: Hop) => string])[] = [
  [/REVOKED|revoked/, 'The key of the host is revoked', () => NEW_KEYS],
  [/IDENTIFICATION HAS CHANGED/, 'The host presents another key than the known one', forget],
  [/[Hh]ost key verification failed|host key is known/, 'The host is not known', compare],
  [/account (?:has )?expired/i, 'The account of the user has expired', moreDays],
  [/Permission denied|Too many authentication/, 'The host refuses the login', allow],
  [/Could not resolve hostname/, 'The name of the host does not resolve', resolve],
  [/Connection refused/, 'The host refuses connections', byHand],
  [/No route to host|Network is unreachable/, 'There is no route to the host', byHand],
  [/timed out during banner/, 'The host takes the connection, but does not say a word', moreTime],
  [/timed out/, 'The host does not answer', byHand],
  [/Unable to negotiate|no matching/, 'The SSH handshake failed', byHand],
  [/Exceeded MaxStartups|Not allowed at this time/, DROPPED, moreLogins],
  [/kex_exchange_identification: (?:read: )?Connection (?:closed|reset)/, DROPPED, moreLogins],
  [/kex_exchange_identification|banner/, 'What answers there is not an SSH server', byHand],
  [/onfiguration option|command-line line/, 'ssh refuses its configuration', byHand],
];

const NO_SSH: ExplainedError = [
  'OpenSSH’s client is not installed here',
  'Install it: the package is openssh-client, or openssh.',
];

function allow(hop: Hop): string {
  return `A key with a passphrase has to be in an agent (ssh-add). ${byHand(hop)}`;
}

function resolve({ settings }: Hop): string {
  return `Correct it, or see:\n  ${sh`getent hosts ${settings.address}`}`;
}

function compare(hop: Hop): string {
  return `Log in by hand, and compare the fingerprint with the one that the host shows on its console:\n  ${hop.byHand}`;
}

function forget(): string {
  return `${SET_UP_ANEW} with ssh-keygen -R.`;
}
