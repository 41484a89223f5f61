import type { Config } from 'node-ssh';
import type { ConnectConfig } from 'ssh2';
import { algorithmsFor } from './algorithms.ts';
import type { LoginProgress } from './connect-failure.ts';
import type { Hop } from './hop.ts';
import { checkHostKey, hostKeyAlgorithms } from './host-key.ts';
import { type KnownHostKey, linesFor, targetOf } from './known-hosts.ts';
import type { LoginAttempt } from './login.ts';

/** A host that is silent for three of these is given up, where ssh_config has nothing else. */
const KEEPALIVE_MS = 10_000;

/** What a login goes by beside ssh_config. */
export interface LoginInput {
  /** What the known_hosts files say, of whatever host. */
  readonly known: readonly KnownHostKey[];
  /** In the order to try. */
  readonly attempts: readonly LoginAttempt[];
}

/** What ssh2 needs to log in as ssh would; `progress` is told how far it came. */
export function clientConfig(
  hop: Hop,
  { known, attempts }: LoginInput,
  progress: LoginProgress,
): Config {
  const { settings } = hop;
  const target = targetOf(settings);
  const own = linesFor(known, target);
  return {
    username: settings.user,
    authHandler: authOrder(attempts, progress),
    algorithms: algorithmsFor(settings, hostKeyAlgorithms(own, target)),
    hostVerifier: (key: Buffer) => {
      const { failure, isNew, doubtful } = checkHostKey(hop, own, key);
      progress.hostKey = failure;
      progress.newKey = isNew ? key : undefined;
      progress.doubtful = doubtful === true;
      return failure === undefined;
    },
    readyTimeout: progress.timeoutMs,
    keepaliveInterval: settings.serverAliveIntervalMs || KEEPALIVE_MS,
    keepaliveCountMax: settings.serverAliveCountMax,
  };
}

type AuthHandler = Extract<ConnectConfig['authHandler'], (...words: never[]) => unknown>;

/**
 * Tries one thing after the other, as far as the host takes its kind, and notes it. ssh2 by itself
 * begins with a question for what the host takes (`none`), which costs a round trip.
 */
function authOrder(attempts: readonly LoginAttempt[], progress: LoginProgress): AuthHandler {
  const left = [...attempts];
  return (methodsLeft: readonly string[] | null, _partial, next) => {
    progress.takes = methodsLeft ?? progress.takes;
    const index = left.findIndex(
      ({ kind }) =>
        (methodsLeft?.includes(kind) ?? true) && !(progress.doubtful && kind !== 'publickey'),
    );
    const [attempt] = index === -1 ? [] : left.splice(0, index + 1).slice(-1);
    if (attempt !== undefined) progress.tried.push(attempt.label);
    // The types leave it out: false is how ssh2 is told that there is nothing left to try.
    next(attempt?.method() ?? (false as never));
  };
}
