import type { Check } from '#engine/model/check.ts';
import type { Command } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import {
  ANYTHING,
  each,
  FUNCTION,
  having,
  MODE,
  optional,
  PLAIN,
  type Rule,
  type Rules,
  refuse,
  TEXT,
} from '#engine/model/options.ts';
import type { Playbook, Rollout } from '#engine/model/playbook.ts';
import type { Task } from '#engine/model/task.ts';

/** Throws the Failure of what a playbook has that none has: a misspelt `verify` would never be asked for. */
export function requirePlaybook(playbook: object, path: string): void {
  refuse(path, having(PLAYBOOK, '')(playbook, ''), 'The playbook');
}

const OF_ITS_OWN = optional(FUNCTION);
const PLAYBOOK: Rules<Playbook<unknown>> = {
  ...{ name: PLAIN, hosts: PLAIN, vars: ANYTHING, prefixes: ANYTHING, tags: ANYTHING },
  ...{ lint: OF_ITS_OWN, advise: OF_ITS_OWN, local: OF_ITS_OWN, localHost: OF_ITS_OWN },
  ...{ prepare: OF_ITS_OWN, tasks: OF_ITS_OWN, script: OF_ITS_OWN, verify: OF_ITS_OWN },
  rollout: optional(
    having<Rollout<unknown>>({
      ...{ serial: ANYTHING, canary: ANYTHING, isInFront: OF_ITS_OWN, rings: OF_ITS_OWN },
      ...{ plan: OF_ITS_OWN, ready: OF_ITS_OWN, gate: OF_ITS_OWN, watch: OF_ITS_OWN },
    }),
  ),
};

/** Throws the Failure of what a function of a playbook, or of a task of it, gives that is nothing of its kind. */
export function requireGiven(name: string, given: unknown, where: string): void {
  const all: readonly unknown[] = [given ?? []].flat(2);
  if (MAKERS.has(name) && !all.every(isTask)) throw noTasks(where);
  if (JUDGES.has(name) && !all.every(isCheck)) throw noChecks(where);
  const commands = name === 'plan' && isObject(given) ? given['commands'] : undefined;
  if (commands !== undefined) refuse(where, each(COMMAND)(commands, 'apply'));
}

const MAKERS: ReadonlySet<string> = new Set(['local', 'prepare', 'tasks']);
const JUDGES: ReadonlySet<string> = new Set(['ready', 'gate', 'verify']);

export function isTask(given: unknown): given is Task {
  return (
    isObject(given) && 'plan' in given && 'fresh' in given && typeof given['title'] === 'string'
  );
}

export function isCheck(given: unknown): given is Check {
  return isObject(given) && 'judge' in given && 'readsFor' in given;
}

function isObject(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null;
}

/** By its kind, what a command has beside that. */
const COMMANDS: {
  readonly [K in Command['kind']]: Rules<Omit<Extract<Command, { kind: K }>, 'kind'>>;
} = {
  run: { title: PLAIN, script: TEXT, undo: optional(TEXT) },
  write: { path: PLAIN, body: ANYTHING, mode: MODE, owner: PLAIN, check: optional(PLAIN) },
  folder: { path: PLAIN, mode: MODE, owner: PLAIN, before: ANYTHING },
  link: { path: PLAIN, target: PLAIN },
  remove: { path: PLAIN },
  feed: { title: PLAIN, source: PLAIN, script: PLAIN },
  save: { to: PLAIN, bytes: ANYTHING },
  boot: { title: PLAIN, when: PLAIN, seconds: ANYTHING },
};

const COMMAND: Rule = (command, name) => {
  const { kind, ...more } = { kind: undefined, ...Object(command) };
  const rules = Object.entries(COMMANDS).find(([one]) => one === kind)?.[1];
  const kinds = Object.keys(COMMANDS).join(', ');
  if (rules === undefined) return [{ what: `${name} must give commands, of the kinds ${kinds}` }];
  return having<object>(rules, `${kind}.`)(more, name);
};

/** A promise, say, would only be found out where they are planned. */
function noTasks(where: string): Failure {
  return new Failure('The playbook gives something else than tasks', {
    where,
    fix: 'Give a list of tasks, or of lists of them; what is not always wanted, as ...(wanted ? [file(…)] : []).',
  });
}

function noChecks(where: string): Failure {
  return new Failure('The playbook gives something else than checks', {
    where,
    fix: 'Give what portAnswers(…) of rota/checks makes, or a check of your own; to verify, a list of them.',
  });
}
