import type { ConnectConfig } from 'ssh2';
import type { LoginAttempt } from './login.ts';
import type { LoginProgress } from './login-progress.ts';

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
