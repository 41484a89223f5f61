import type { Playbook } from '#engine/model/playbook.ts';
import { faultOf, inPart, type PartName } from './faults.ts';
import { isCheck, isTask, requireGiven, requirePlaybook } from './require-given.ts';

/**
 * A playbook of the user's own whose mistakes are told as such, by file and line: what its functions and its own
 * tasks and checks throw, and what others throw that are given options of another type. `path`: of its file.
 */
export function guardPlaybook<V>(playbook: Playbook<V>, path: string): Playbook<V> {
  if (isPlain(playbook)) requirePlaybook(playbook, path);
  return guarded(playbook, (name) => [path, name]);
}

function isPlain(parts: object): boolean {
  return Object.getPrototypeOf(parts) === Object.prototype;
}

type PlaybookPart = (...args: readonly unknown[]) => unknown;
/** What a function of something is called where it is told. */
type NameOf = (name: string) => PartName;

/** One of a class stays as it is: its functions are not its own. */
function guarded<T extends object>(parts: T, nameOf: NameOf): T {
  if (!isPlain(parts)) return parts;
  const guardOne = (name: string, value: unknown) => {
    if (typeof value === 'function') return guard(name, value.bind(parts), nameOf(name));
    return name === 'rollout' && typeof value === 'object' && value
      ? guarded(value, (inner) => [...nameOf(name), inner])
      : value;
  };
  const entries = Object.entries(parts);
  return Object.fromEntries(entries.map(([name, value]) => [name, guardOne(name, value)])) as T;
}

function guard(name: string, work: PlaybookPart, part: PartName): PlaybookPart {
  return (...args) => {
    try {
      const given = inPart(part, () => work(...args));
      requireGiven(name, given, part.join(' › '));
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
