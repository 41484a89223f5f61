import type { ConnectConfig } from 'ssh2';
import type { Progress } from './connect-failure.ts';
import type { Login } from './login.ts';

type AuthHandler = Extract<ConnectConfig['authHandler'], (...words: never[]) => unknown>;
type Method = Parameters<Parameters<AuthHandler>[2]>[0];

/**
 * Shows the host one key after the other, and notes it. ssh2 by itself begins with a question for
 * what the host takes (`none`), which costs a round trip.
 */
export function authOrder(login: Login, username: string, progress: Progress): AuthHandler {
  const keys = login.keys.map(({ file, text: key }): [string, Method] => [
    file,
    { type: 'publickey', username, key },
  ]);
  const agent: [string, Method][] =
    login.agent === undefined
      ? []
      : [['the keys of the agent', { type: 'agent', username, agent: login.agent }]];
  const order = login.agentFirst ? [...agent, ...keys] : [...keys, ...agent];
  return (methodsLeft: readonly string[] | null, _partial, next) => {
    progress.takes = methodsLeft ?? progress.takes;
    const [label, method] = order.shift() ?? [];
    if (label !== undefined) progress.tried.push(label);
    // The types leave it out: false is how ssh2 is told that there is nothing left to try.
    next(method ?? (false as never));
  };
}
