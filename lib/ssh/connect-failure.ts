import { Failure, type FailureDetails } from '#engine/model/failure.ts';
import { sh } from '#engine/shell/quote.ts';
import type { Hop } from './hop.ts';

/** How far an attempt to connect has come, for the words that its failure is told in. */
export interface LoginProgress {
  step: 'dialling' | 'handshake' | 'login';
  /** Why the host's key was refused. */
  hostKey?: Failure | undefined;
  /** A key that is to be known from now on. */
  newKey?: Buffer | undefined;
  /** Whether the host may be somebody else. */
  doubtful?: boolean;
  /** The keys and agents that were shown to the host. */
  readonly tried: string[];
  /** What the host would take instead. */
  takes: readonly string[];
  readonly timeoutMs: number;
  /** The algorithms that both sides agreed on. */
  agreed?: readonly string[];
  /** What the ProxyCommand says, where there is one. */
  proxyWords?: (() => string) | undefined;
}

/** A connection that was not made, for a reason that lies not in what the user set. */
export class ConnectFailure extends Failure {
  /** Whether it came as far as the login. */
  readonly answered: boolean;
  /** Whether the two sides have no algorithm in common. */
  readonly disagreed: boolean;

  constructor(what: string, details: FailureDetails, step: LoginProgress['step']) {
    super(what, details);
    this.answered = step === 'login';
    this.disagreed = step === 'handshake' && /no matching/.test(details.output ?? '');
  }
}

/** What went wrong on the way to a host, in words, with what to do. */
export function connectFailure(error: unknown, hop: Hop, progress: LoginProgress): Failure {
  if (progress.hostKey !== undefined) return progress.hostKey;
  if (error instanceof Failure) return error;
  const [what, details] = explain(error as SshError, hop, progress);
  const { message: output } = error as SshError;
  const all = { kind: 'unreachable', where: hop.where, output, cause: error, ...details } as const;
  return new ConnectFailure(what, all, progress.step);
}

/** What ssh2 and sockets throw; `level` is ssh2's word for the layer that failed. */
interface SshError extends Error {
  readonly code?: string | number;
  readonly level?: string;
}

type Explanation = readonly [what: string, details: FailureDetails];

function explain(error: SshError, hop: Hop, progress: LoginProgress): Explanation {
  if (progress.proxyWords !== undefined && progress.step !== 'login') {
    return proxyFailed(error, hop, progress.proxyWords());
  }
  if (error.level === 'client-timeout') return timedOut(hop, progress);
  if (error.level === 'agent') return AGENT;
  if (progress.step === 'login') return loginRefused(hop, progress, error.message);
  if (progress.step === 'dialling') return undialled(error, hop);
  return error.level === 'handshake' ? HANDSHAKE : notSsh(hop);
}

/** A host that took nothing of what it was shown: who, with what, and what it would take. */
function loginRefused(hop: Hop, { tried, takes }: LoginProgress, message: string): Explanation {
  const output = [
    `user: ${hop.settings.user}`,
    `tried: ${tried.length === 0 ? 'nothing' : tried.join(', ')}`,
    ...(takes.length === 0 ? [] : [`the host takes: ${takes.join(', ')}`]),
    ...(/too many/i.test(message) ? [message] : []),
  ].join('\n');
  return ['The host refuses the login', { output, fix: waysIn(hop, takes, message).join('\n') }];
}

function waysIn(hop: Hop, takes: readonly string[], message: string): readonly string[] {
  const { user, address, port } = hop.settings;
  if (/too many/i.test(message)) {
    return ['Name the right key with IdentityFile in ssh_config, and IdentitiesOnly yes.'];
  }
  const asks = takes.some((method) => method === 'password' || method === 'keyboard-interactive');
  return [
    'Allow the key for that user:',
    sh`  ssh-copy-id -p ${port} ${user}@${address}`,
    ...(asks && hop.password === undefined ? ['Or log in with a password: -k asks for it.'] : []),
    ...(takes.includes('gssapi-with-mic') ? ['Or log in by Kerberos: --transport openssh.'] : []),
  ];
}

function undialled(error: SshError, hop: Hop): Explanation {
  const { address, port } = hop.settings;
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
      return ['The connection cannot be made', byHand(hop)];
  }
}

function proxyFailed(error: SshError, hop: Hop, words: string): Explanation {
  const output = [`ProxyCommand ${hop.settings.proxyCommand}`, words, error.message];
  return [
    'The ProxyCommand of the host does not lead to an SSH server',
    { output: output.filter(Boolean).join('\n'), ...byHand(hop) },
  ];
}

function timedOut(hop: Hop, { step, timeoutMs }: LoginProgress): Explanation {
  const output = `gave up after ${timeoutMs / 1000} s`;
  switch (step) {
    case 'dialling':
      return ['The host does not answer', { output, ...isItUp(hop.settings.address) }];
    case 'handshake':
      return ['The host answers, but not as an SSH server', { output, ...byHand(hop) }];
    case 'login':
      return ['The login takes too long', { output, ...byHand(hop) }];
  }
}

function notSsh({ settings }: Hop): Explanation {
  const scan = sh`ssh-keyscan -p ${settings.port} ${settings.address}`;
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

function byHand(hop: Hop): FailureDetails {
  return hint('Try by hand', hop.byHand);
}

function hint(sentence: string, command: string): FailureDetails {
  return { fix: `${sentence}:\n  ${command}` };
}
