import type { Read } from '#engine/model/read.ts';
import type { State } from '#engine/model/state.ts';
import { type Task, task } from '#engine/model/task.ts';
import { quote, sh } from '#engine/shell/quote.ts';
import { isLike, requireOptions } from '../refusals.ts';
import { type Environment, environmentRule, openedEnvironment, textWith } from './environment.ts';
import { succeeds, whether } from './whether.ts';

/** A script of sh, or a program with its arguments. */
type WhatToRun =
  | { readonly script: string; readonly argv?: never }
  | { readonly argv: readonly string[]; readonly script?: never };

/** When there is nothing to do: a script of sh ends with 0, or a path is there. */
type Unless =
  | { readonly unless: string; readonly creates?: never }
  | { readonly creates: string; readonly unless?: never };

export type RunOptions = WhatToRun &
  Unless & {
    readonly title: string;
    readonly env?: Environment;
    /** Whom it, its condition and its undo run as; whom the run is done as when left out. */
    readonly user?: string;
    /** A script that takes it back, and does no harm where it never ran. */
    readonly undo?: string;
  };

/** Work that is done unless its outcome is there already. It has failed where that is not there behind it. */
export function run(options: RunOptions): Task {
  const { title, script, argv = [], unless, creates, env = {}, user, undo } = options;
  const conditions = [unless, creates].filter((one) => one !== undefined && one.trim() !== '');
  requireOptions(`run ${title}`, [
    ['script or argv', (script ?? '').trim() !== '' || argv.length > 0, 'what is to be run'],
    [
      'unless or creates',
      conditions.length === 1,
      'given, one of them: when there is nothing to do',
    ],
    environmentRule(env),
    ['user', user === undefined || isLike(user, /^[a-z_][\w.-]*\$?$/i), 'the name of a user'],
  ]);
  const condition = () => asUser(unless ?? sh`[ -e ${creates ?? ''} ]`, options);
  const work = () => asUser(script ?? sh`${argv}`, options);
  // Another stage may ask the same for another user. A secret is dots here.
  const asWhom =
    user === undefined && Object.keys(env).length === 0
      ? ''
      : ` with ${JSON.stringify({ user, env })}`;
  const done = unless === undefined ? { creates: `${creates}` } : { unless };
  return task<{ isDone: Read<boolean> }, State>({
    title,
    desired: done,
    reads: { isDone: whether(`${title} is done: ${unless ?? creates}${asWhom}`, condition) },
    inspect: ({ isDone }) => (isDone ? done : undefined),
    apply: () => [
      {
        kind: 'run',
        title,
        // What came before it may have brought it about.
        script: textWith(env, () => `! ${succeeds(condition())} || exit 0\n${work()}`),
        ...(undo === undefined ? {} : { undo: textWith(env, () => asUser(undo, options)) }),
      },
    ],
  });
}

/** A script with its environment, over the stdin of another user's sh: all users see the words of a command. */
function asUser(script: string, { env = {}, user }: Pick<RunOptions, 'env' | 'user'>): string {
  const exports = Object.entries(openedEnvironment(env)).map(
    ([name, value]) => `export ${name}=${quote(value)}\n`,
  );
  const text = `${exports.join('')}${script}`;
  if (user === undefined) return text;
  const whole = `cd 2>/dev/null || cd /\n{ set -eu\n${text}\n} </dev/null`;
  return sh`printf '%s\n' ${whole} | su -s /bin/sh ${user}`;
}
