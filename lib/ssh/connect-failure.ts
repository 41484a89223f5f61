import { Failure, type FailureDetails } from '#engine/model/failure.ts';
import { sh } from '#engine/shell/quote.ts';
import {
  askTheHost,
  byHand,
  type ExplainedError,
  hint,
  isItUp,
  moreDays,
  moreLogins,
  moreTime,
} from './hints.ts';
import type { Hop } from './hop.ts';
import type { LoginProgress, SshError } from './login-progress.ts';

interface HowItEnded {
  readonly step: LoginProgress['step'];
  readonly disagreed: boolean;
  readonly dropped: boolean;
}

/** A host that takes the connection and ends it. */
export const DROPPED = 'The host hangs up before it says a word';

/** A connection that was not made, for a reason that lies not in what the user set. */
export class ConnectFailure extends Failure {
  /** Whether it came as far as the login. */
  readonly answered: boolean;
  /** Whether the two sides have no algorithm in common. */
  readonly disagreed: boolean;
  /** Whether it took the connection, and hung up at once: a busy sshd does that. */
  readonly dropped: boolean;

  constructor(what: string, details: FailureDetails, how: Partial<HowItEnded>) {
    super(what, details);
    this.answered = how.step === 'login';
    this.disagreed = how.disagreed === true;
    this.dropped = how.dropped === true;
  }
}

/** What went wrong on the way to a host, in words, with what to do. */
export function connectFailure(error: unknown, hop: Hop, progress: LoginProgress): Failure {
  if (progress.hostKey !== undefined) return progress.hostKey;
  if (error instanceof Failure) return error;
  const { message } = error as SshError;
  const [what, fix, output = message] = explain(error as SshError, hop, progress);
  const details = { kind: 'unreachable', where: hop.where, output, fix, cause: error } as const;
  return new ConnectFailure(what, details, {
    step: progress.step,
    disagreed: progress.step === 'handshake' && /no matching/.test(message),
    dropped: isDropped(error as SshError, progress),
  });
}

/** sshd says the one of them, if anything, to whom it has no room for, and the other after many faults. */
const NO_ROOM = /^(?:Exceeded MaxStartups|Not allowed at this time|$)/;

function isDropped({ level }: SshError, { step, greeting, proxyWords }: LoginProgress): boolean {
  const hungUp = step === 'handshake' && level !== 'client-timeout' && proxyWords === undefined;
  return hungUp && NO_ROOM.test(greeting.trim());
}

function explain(error: SshError, hop: Hop, progress: LoginProgress): ExplainedError {
  if (progress.proxyWords !== undefined && !isSsh(progress)) {
    return proxyFailed(error, hop, progress);
  }
  if (error.level === 'client-timeout') return timedOut(hop, progress);
  if (error.level === 'agent') return AGENT;
  if (progress.step === 'login') return loginRefusal(error, hop, progress);
  if (progress.step === 'dialling') return undialled(error, hop);
  if (isDropped(error, progress)) return [DROPPED, moreLogins(hop)];
  return isSsh(progress) ? handshakeFailed(error, hop) : notSsh(error.message, hop, progress);
}

function undialled(error: SshError, hop: Hop): ExplainedError {
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

function proxyFailed(error: SshError, hop: Hop, progress: LoginProgress): ExplainedError {
  const { proxyWords, greeting } = progress;
  const end = error.level === 'client-timeout' ? gaveUp(progress) : error.message;
  const output = [
    `ProxyCommand ${hop.settings.proxyCommand}`,
    ...[proxyWords?.(), greeting.trim(), end].filter(Boolean),
  ];
  const what = 'The ProxyCommand of the host does not lead to an SSH server';
  return [what, byHand(hop), output.join('\n')];
}

function timedOut(hop: Hop, progress: LoginProgress): ExplainedError {
  const { step, greeting } = progress;
  const output = gaveUp(progress);
  if (step === 'dialling') {
    return ['The host does not answer', isItUp(hop.settings.address), output];
  }
  if (step === 'login') return ['The login takes too long', moreTime(hop), output];
  if (isSsh(progress)) return ['The SSH handshake takes too long', moreTime(hop), output];
  const said = greeting.trim() && `it says: ${greeting.trim()}`;
  const what = `The host takes the connection, but does not ${said ? 'greet as SSH' : 'say a word'}`;
  return [what, moreTime(hop), [said, output].filter(Boolean).join('\n')];
}

/** The limit is named by what sets it. */
function gaveUp({ timeoutMs }: LoginProgress): string {
  return `gave up after ${timeoutMs / 1000} s (ansible_timeout, or ConnectTimeout in ssh_config)`;
}

function notSsh(end: string, { settings }: Hop, { greeting }: LoginProgress): ExplainedError {
  const scan = sh`ssh-keyscan -p ${settings.port} ${settings.address}`;
  const fix = hint('Correct the port, or see what listens', scan);
  const output = [greeting.trim() && `it says: ${greeting.trim()}`, end].filter(Boolean);
  return ['What answers there is not an SSH server', fix, output.join('\n')];
}

function handshakeFailed({ message }: Error, hop: Hop): ExplainedError {
  const fix =
    'Let the host allow current algorithms: KexAlgorithms, HostKeyAlgorithms and Ciphers in its sshd_config.';
  return ['The SSH handshake failed', /no matching/.test(message) ? fix : askTheHost(hop)];
}

/** A host that lets nobody in by what it was shown, or that hangs up when it has seen who it is. */
function loginRefusal(error: SshError, hop: Hop, progress: LoginProgress): ExplainedError {
  const { tried, takes } = progress;
  const banner = progress.banner.trim();
  const isThrough = error.level === 'client-authentication';
  const output = [
    `user: ${hop.settings.user}`,
    `tried: ${tried.length === 0 ? 'nothing' : tried.join(', ')}`,
    ...(takes.length === 0 ? [] : [`the host takes: ${takes.join(', ')}`]),
    ...(banner === '' ? [] : [`the host says: ${banner}`]),
    ...(isThrough ? [] : [error.message]),
  ].join('\n');
  if (/account (?:has )?expired/i.test(banner)) {
    return ['The account of the user has expired', moreDays(hop), output];
  }
  if (isThrough || /too many/i.test(error.message)) {
    return ['The host refuses the login', waysIn(hop, takes, error.message).join('\n'), output];
  }
  return ['The host hangs up at the login', askTheHost(hop), output];
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

function isSsh({ greeting }: LoginProgress): boolean {
  return greeting.startsWith('SSH-2');
}

const AGENT: ExplainedError = [
  'The SSH agent failed',
  hint('See whether it is unlocked and holds the key', 'ssh-add -l'),
];
