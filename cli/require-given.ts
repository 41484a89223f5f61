import type { Check } from '#engine/model/check.ts';
import type { Command } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import {
  ANYTHING,
  each,
  FUNCTION,
  having,
  MODE,
  must,
  optional,
  PLAIN,
  type Rule,
  type Rules,
  refuse,
  TEXT,
} from '#engine/model/options.ts';
import { type Playbook, type Rollout, stagesIn } from '#engine/model/playbook.ts';
import { HostContent, LocalFile } from '#engine/model/state.ts';
import { READS, type Task } from '#engine/model/task.ts';

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

/** Throws the Failure of what a function of a playbook, or of a task or check of it, gives that is nothing of its kind. */
export function requireGiven(name: string, given: unknown, where: string): void {
  if (MAKERS.get(name)?.(given ?? []) === false) throw noTasks(where);
  if (JUDGES.get(name)?.(given) === false) throw noChecks(where);
  refuse(where, GIVEN.get(name)?.(given, `${name}()`) ?? [], 'The playbook');
}

type Holds = (given: unknown) => boolean;

const areTasks: Holds = (given) => Array.isArray(given) && given.every(isTask);
const areStages: Holds = (given) => Array.isArray(given) && stagesIn(given).every(areTasks);
const MAKERS: ReadonlyMap<string, Holds> = new Map([
  ['local', areStages],
  ['prepare', areTasks],
  ['tasks', areStages],
]);

const isCheckIfAny: Holds = (given) => given === undefined || isCheck(given);
const JUDGES: ReadonlyMap<string, Holds> = new Map([
  ['ready', isCheckIfAny],
  ['gate', isCheckIfAny],
  ['verify', (given) => given === undefined || (Array.isArray(given) && given.every(isCheck))],
]);

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

/** A content that is made on the way, or a text. */
const BODY: Rule = (body, name) =>
  body instanceof LocalFile || body instanceof HostContent ? [] : TEXT(body, name);

/** By its kind, what a command has beside that. */
const COMMANDS: {
  readonly [K in Command['kind']]: Rules<Omit<Extract<Command, { kind: K }>, 'kind'>>;
} = {
  run: { title: PLAIN, script: TEXT, undo: optional(TEXT) },
  write: { path: PLAIN, body: BODY, mode: MODE, owner: PLAIN, check: optional(PLAIN) },
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

const COMMANDS_IN: Rule = (plan) =>
  optional(each(COMMAND))(isObject(plan) ? plan['commands'] : undefined, 'apply');

const isWatch: Holds = (given) =>
  isObject(given) &&
  ['scriptFor', 'see', 'report'].every((name) => typeof given[name] === 'function');

const isFinding: Holds = (given) =>
  isObject(given) && ['what', 'expected', 'seen'].every((name) => typeof given[name] === 'string');

const FAILURES = optional(each(must((one) => one instanceof Failure, 'a Failure')));

/** What the others of a playbook, of its tasks and of its checks may give, by their names. */
const GIVEN: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['plan', COMMANDS_IN],
  ['rings', optional(each(each(PLAIN)))],
  ['watch', must(isWatch, 'scriptFor, see and report')],
  ['lint', FAILURES],
  ['advise', FAILURES],
  ['readsFor', READS],
  ['probesFor', READS],
  ['judge', each(must(isFinding, 'what, expected and seen, as texts'))],
  ['notes', optional(each(PLAIN))],
  ['explain', optional(each(PLAIN))],
]);

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
    fix: 'Give what portAnswers(…) of rota/checks makes, or a check of your own; to verify, a list of them. allHold(…) makes one of several.',
  });
}
