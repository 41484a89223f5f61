import { createSecretKey, type KeyObject } from 'node:crypto';
import type { ConnectConfig, ParsedKey } from 'ssh2';
import type { Failure } from '#engine/model/failure.ts';
import type { LoginAttempt } from './login.ts';

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
  /** When it is given up. */
  readonly timeoutMs: number;
  /** When a host that says nothing is given up, once it is logged in. */
  readonly silenceMs: number;
  /** The algorithms that both sides agreed on. */
  agreed?: readonly string[];
  /** What the ProxyCommand says, where there is one. */
  proxyWords?: (() => string) | undefined;
  /** What came before all else: the first line of an SSH server, or what somebody else says. */
  greeting: string;
  /** What the host has said to the user on the way in. */
  banner: string;
}

/** What ssh2 and sockets throw; `level` is ssh2's word for the layer that failed. */
export interface SshError extends Error {
  readonly code?: string | number;
  readonly level?: string;
}

type AuthHandler = Extract<ConnectConfig['authHandler'], (...words: never[]) => unknown>;

/**
 * Tries one thing after the other, as far as the host takes its kind, and notes it. Where the host has
 * taken one and wants another, all that it has not taken is tried anew. ssh2 by itself begins with a
 * question for what the host takes (`none`), which costs a round trip.
 */
export function authOrder(attempts: readonly LoginAttempt[], progress: LoginProgress): AuthHandler {
  let left = [...attempts];
  let last: LoginAttempt | undefined;
  const taken = new Set<LoginAttempt | undefined>();
  return (methodsLeft: readonly string[] | null, isPartial, next) => {
    progress.takes = methodsLeft ?? progress.takes;
    if (isPartial) {
      taken.add(last);
      left = attempts.filter((attempt) => !taken.has(attempt));
    }
    const index = left.findIndex(
      ({ kind }) =>
        (methodsLeft?.includes(kind) ?? true) && !(progress.doubtful && kind !== 'publickey'),
    );
    const [attempt] = index === -1 ? [] : left.splice(0, index + 1).slice(-1);
    if (attempt !== undefined) progress.tried.push(attempt.label);
    last = attempt;
    // The types leave it out: false is how ssh2 is told that there is nothing left to try.
    next(attempt?.method() ?? (false as never));
  };
}

/** What ssh2 keeps to itself. */
interface Protocol {
  /** Shows a key, and signs where it is given what signs. */
  authPK(user: string, key: ParsedKey, algorithm?: string, sign?: SignData): void;
  readonly _cipher: PacketKeys;
  readonly _decipher: PacketKeys;
}

type SignData = (data: Buffer, done: (signature: Buffer | Error) => void) => void;

/** Those of AES-GCM, one to send with and one to receive with. */
type PacketKeys = { [name in '_encKey' | '_decipherKey']?: Buffer | KeyObject };

function protocolOf(client: object): Partial<Protocol> {
  return (client as { readonly _protocol?: Partial<Protocol> })._protocol ?? {};
}

/** What an RSA key signs, by the algorithm. */
const HASHES = new Map([
  ['rsa-sha2-256', 'sha256'],
  ['rsa-sha2-512', 'sha512'],
]);

/**
 * Makes ssh2 sign with a key file at once. By itself it asks first whether the host would take the key,
 * which costs a round trip, and the host another look at its authorized keys. An agent is asked first
 * still: it may ask its user.
 */
export function signAtOnce(client: object): void {
  const protocol = protocolOf(client);
  const show = protocol.authPK?.bind(protocol);
  if (show === undefined) return;
  protocol.authPK = (user, key, algorithm, sign) => {
    const signature = (data: Buffer) => key.sign(data, HASHES.get(algorithm ?? ''));
    const own: SignData = (data, done) => done(signature(data));
    show(user, key, algorithm, sign ?? (key.isPrivateKey() ? own : undefined));
  };
}

/**
 * Gives ssh2's ciphers their keys as Node keeps them, once they are agreed on. ssh2 makes a cipher for each
 * packet, and Node finds out by an error that it throws and catches that a key in a buffer is none of its own:
 * half of what a packet costs.
 */
export function keepPacketKeys(client: object): void {
  const { _cipher, _decipher } = protocolOf(client);
  for (const keys of [_cipher, _decipher])
    for (const name of ['_encKey', '_decipherKey'] as const) {
      const key = keys?.[name];
      if (keys !== undefined && Buffer.isBuffer(key)) keys[name] = createSecretKey(key);
    }
}
