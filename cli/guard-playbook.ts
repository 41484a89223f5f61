import type { Check } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Playbook } from '#engine/model/playbook.ts';
import type { Task } from '#engine/model/task.ts';
import { faultOf, inPart, type PartName } from './faults.ts';

/**
 * A playbook of the user's own whose mistakes are told as such, by file and line: what its functions and its own
 * tasks and checks throw, and what others throw that are given options of another type. `path`: of its file.
 */
export function guardPlaybook<V>(playbook: Playbook<V>, path: string): Playbook<V> {
  return guarded(playbook, (name) => [path, name]);
}

type PlaybookPart = (...args: readonly unknown[]) => unknown;
/** What a function of something is called where it is told. */
type NameOf = (name: string) => PartName;

/** One of a class stays as it is: its functions are not its own. */
function guarded<T extends object>(parts: T, nameOf: NameOf): T {
  if (Object.getPrototypeOf(parts) !== Object.prototype) return parts;
  const guardOne = (name: string, value: unknown) => {
    if (typeof value === 'function') return guard(workOf(name, value.bind(parts)), nameOf(name));
    return name === 'rollout' && typeof value === 'object' && value
      ? guarded(value, (inner) => [...nameOf(name), inner])
      : value;
  };
  const entries = Object.entries(parts);
  return Object.fromEntries(entries.map(([name, value]) => [name, guardOne(name, value)])) as T;
}

/** What makes tasks gives nothing else; a promise, say, would only be found out where they are planned. */
function workOf(name: string, work: PlaybookPart): PlaybookPart {
  return MAKERS.has(name) ? (...args) => requireTasks(name, work(...args)) : work;
}

const MAKERS: ReadonlySet<string> = new Set(['local', 'prepare', 'tasks']);

function requireTasks(name: string, given: unknown): unknown {
  const all: readonly unknown[] = Array.isArray(given ?? []) ? [given ?? []].flat(2) : [given];
  if (all.every((one) => isTask(one) && typeof one.title === 'string')) return given;
  throw new Failure('The playbook gives something else than tasks', {
    where: name,
    fix: 'Give a list of tasks, or of lists of them; what is not always wanted, as ...(wanted ? [file(…)] : []).',
  });
}

function guard(work: PlaybookPart, part: PartName): PlaybookPart {
  return (...args) => {
    try {
      const given = inPart(part, () => work(...args));
      if (!(given instanceof Promise)) return guardGiven(given, part);
      return given.catch((error: unknown) => Promise.reject(faultOf(error, part)));
    } catch (error) {
      throw faultOf(error, part);
    }
  };
}

/** What tasks and checks are made of is called when the function that made them has long returned. */
function guardGiven(given: unknown, part: PartName): unknown {
  if (Array.isArray(given)) return given.map((one) => guardGiven(one, part));
  return isTask(given) || isCheck(given) ? guarded(given, () => [...part, given.title]) : given;
}

function isTask(given: unknown): given is Task {
  return typeof given === 'object' && given !== null && 'plan' in given && 'fresh' in given;
}

function isCheck(given: unknown): given is Check {
  return typeof given === 'object' && given !== null && 'judge' in given && 'readsFor' in given;
}
