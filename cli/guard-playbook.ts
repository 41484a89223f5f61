import { fileURLToPath, pathToFileURL } from 'node:url';
import { Failure, Failures } from '#engine/model/failure.ts';
import type { Playbook } from '#engine/model/playbook.ts';
import type { Task } from '#engine/model/task.ts';

/**
 * A playbook of the user's own whose mistakes are told as such, by file and line: what its functions and its own
 * tasks throw, and what others throw that are given options of another type. `folder`: where its sources are.
 */
export function guardPlaybook<V>(playbook: Playbook<V>, folder: string): Playbook<V> {
  return guarded(playbook, folder);
}

type PlaybookPart = (...args: readonly unknown[]) => unknown;

/** One of a class stays as it is: its functions are not its own. */
function guarded<T extends object>(parts: T, folder: string): T {
  if (Object.getPrototypeOf(parts) !== Object.prototype) return parts;
  const guardOne = (name: string, value: unknown) => {
    if (typeof value === 'function') return guard(workOf(name, value.bind(parts)), folder);
    return name === 'rollout' && typeof value === 'object' && value
      ? guarded(value, folder)
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

function guard(work: PlaybookPart, folder: string): PlaybookPart {
  return (...args) => {
    try {
      const given = work(...args);
      if (!(given instanceof Promise)) return guardTasks(given, folder);
      return given.catch((error: unknown) => Promise.reject(faultIn(error, folder)));
    } catch (error) {
      throw faultIn(error, folder);
    }
  };
}

/** What tasks are made of is called when the function that made them has long returned. */
function guardTasks(given: unknown, folder: string): unknown {
  if (Array.isArray(given)) return given.map((one) => guardTasks(one, folder));
  return isTask(given) ? guarded(given, folder) : given;
}

function isTask(given: unknown): given is Task {
  return typeof given === 'object' && given !== null && 'plan' in given && 'fresh' in given;
}

/** What was thrown, told as a fault of the playbook where its sources have a part in it; else as it is. */
function faultIn(error: unknown, folder: string): unknown {
  if (error instanceof Failure || error instanceof Failures) return error;
  // How a command of a script ended.
  if (!(error instanceof Error) || 'exitCode' in error) return error;
  const where = placeIn(error, folder);
  if (where === undefined) return error;
  return new Failure('The playbook has a mistake', {
    where,
    output: `${error.name}: ${error.message}`,
    fix: 'Mend it there: look at the types of what is given to a task. Where types are checked (tsc), they name it.',
    cause: error,
  });
}

/** The innermost place in a file of that folder, `site.ts:12:5` with the folder before. */
function placeIn({ stack = '' }: Error, folder: string): string | undefined {
  const start = pathToFileURL(`${folder}/`).href;
  const urls = [...stack.matchAll(/file:\/\/\S+?(?=:\d+:\d+)(:\d+:\d+)/g)].map(
    ([whole, place = '']) => [whole.slice(0, -place.length), place] as const,
  );
  const found = urls.find(([url]) => url.startsWith(start) && !url.includes('/node_modules/'));
  return found && `${fileURLToPath(found[0])}${found[1]}`;
}
