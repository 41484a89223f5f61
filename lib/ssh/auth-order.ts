import type { ConnectConfig } from 'ssh2';
import type { Progress } from './connect-failure.ts';
import type { Attempt } from './login.ts';

type AuthHandler = Extract<ConnectConfig['authHandler'], (...words: never[]) => unknown>;

/**
 * Tries one thing after the other, as far as the host takes its kind, and notes it. ssh2 by itself
 * begins with a question for what the host takes (`none`), which costs a round trip.
 */
export function authOrder(attempts: readonly Attempt[], progress: Progress): AuthHandler {
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
