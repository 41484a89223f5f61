import { Failure, type FailureDetails } from '#engine/model/failure.ts';
import type { Connection, Host } from '#engine/model/host.ts';
import { sh } from '#engine/shell/quote.ts';
import { expandHome } from './home.ts';
import { knownHostsName } from './known-hosts.ts';

/** How far an attempt to connect has come, for the words that its failure is told in. */
export interface Progress {
  step: 'dialling' | 'handshake' | 'login';
  /** Why the host's key was refused. */
  hostKey?: Failure | undefined;
  /** The keys and agents that were shown to the host. */
  readonly tried: string[];
  /** What the host would take instead. */
  takes: readonly string[];
  readonly timeoutMs: number;
}

/** `node2 (192.0.2.12)`, with the port if it is not 22. */
export function placeOf({ name, connection }: Pick<Host, 'name' | 'connection'>): string {
  return `${name} (${knownHostsName(connection)})`;
}

/** What went wrong on the way to a host, in words, with what to do. */
export function connectFailure(error: unknown, host: Host, progress: Progress): Failure {
  if (progress.hostKey !== undefined) return progress.hostKey;
  if (error instanceof Failure) return error;
  const [what, details] = explain(error as SshError, host, progress);
  return new Failure(what, {
    kind: 'unreachable',
    where: placeOf(host),
    output: (error as SshError).message,
    cause: error,
    ...details,
  });
}

/** What ssh2 and sockets throw; `level` is ssh2's word for the layer that failed. */
interface SshError extends Error {
  readonly code?: string | number;
  readonly level?: string;
}

type Explanation = readonly [what: string, details: FailureDetails];

function explain(error: SshError, host: Host, progress: Progress): Explanation {
  if (error.level === 'client-timeout') return timedOut(host, progress);
  if (error.level === 'agent') return AGENT;
  if (error.message.startsWith('Cannot parse privateKey')) return badKey(host);
  if (progress.step === 'login') return loginRefused(host, progress);
  if (progress.step === 'dialling') return undialled(error, host);
  return error.level === 'handshake' ? HANDSHAKE : notSsh(host);
}

function undialled(error: SshError, { connection }: Host): Explanation {
  const { address, port } = connection;
  switch (error.code) {
    case 'ENOTFOUND':
      return [
        'The name of the host does not resolve',
        hint('Correct it, or see', sh`getent hosts ${address}`),
      ];
    case 'EAI_AGAIN':
      return ['The name server does not answer', hint('Try again, or see', 'cat /etc/resolv.conf')];
    case 'ECONNREFUSED':
      return [
        'The host refuses connections',
        hint(`See on the host whether sshd listens at port ${port}`, 'systemctl status ssh sshd'),
      ];
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
      return [
        'There is no route to the host',
        hint('See the way that is taken', sh`ip route get ${address}`),
      ];
    case 'ETIMEDOUT':
      return ['The host does not answer', isItUp(address)];
    default:
      return ['The connection cannot be made', byHand(connection)];
  }
}

function timedOut({ connection }: Host, { step, timeoutMs }: Progress): Explanation {
  const output = `gave up after ${timeoutMs / 1000} s`;
  switch (step) {
    case 'dialling':
      return ['The host does not answer', { output, ...isItUp(connection.address) }];
    case 'handshake':
      return ['The host answers, but not as an SSH server', { output, ...byHand(connection) }];
    case 'login':
      return ['The login takes too long', { output, ...byHand(connection) }];
  }
}

function loginRefused({ connection }: Host, { tried, takes }: Progress): Explanation {
  const { user, address, port } = connection;
  const output = [
    `user: ${user}`,
    `tried: ${tried.length === 0 ? 'nothing' : tried.join(', ')}`,
    ...(takes.length === 0 ? [] : [`the host takes: ${takes.join(', ')}`]),
  ].join('\n');
  const allow = hint('Allow the key for that user', sh`ssh-copy-id -p ${port} ${user}@${address}`);
  return ['The host refuses the login', { output, ...allow }];
}

function badKey({ connection: { keyFile = '' } }: Host): Explanation {
  const look = hint('See what it is', sh`ssh-keygen -lf ${expandHome(keyFile)}`);
  return ['The key file holds no private key that can be used', { output: keyFile, ...look }];
}

function notSsh({ connection }: Host): Explanation {
  const scan = sh`ssh-keyscan -p ${connection.port} ${connection.address}`;
  const sentence =
    'Correct the port, or see what listens (a busy sshd, MaxStartups, hangs up as well)';
  return ['What answers there is not an SSH server', hint(sentence, scan)];
}

const AGENT: Explanation = [
  'The SSH agent failed',
  hint('See whether it is unlocked and holds the key', 'ssh-add -l'),
];

const HANDSHAKE: Explanation = [
  'The SSH handshake failed',
  {
    fix: 'Let the host allow current algorithms: KexAlgorithms, HostKeyAlgorithms and Ciphers in its sshd_config.',
  },
];

function isItUp(address: string): FailureDetails {
  return hint(
    'See whether it is up, and whether a firewall is in the way',
    sh`ping -c 3 ${address}`,
  );
}

function byHand({ user, address, port }: Connection): FailureDetails {
  return hint('Try by hand', sh`ssh -v -p ${port} ${user}@${address}`);
}

function hint(sentence: string, command: string): FailureDetails {
  return { fix: `${sentence}:\n  ${command}` };
}
