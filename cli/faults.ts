import { AsyncLocalStorage } from 'node:async_hooks';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { Failure, Failures } from '#engine/model/failure.ts';
import { ROOT } from './package.ts';

/** The path of a playbook, and what of it: the name of a function, the title of a task. */
export type PartName = readonly [path: string, ...names: string[]];

/** Whatever a part of a playbook begins is of it, and so is what is called back long after. */
const atWork = new AsyncLocalStorage<PartName>();

/** Does the work of a part of a playbook. */
export function inPart<T>(part: PartName, work: () => T): T {
  return atWork.run(part, workOfPlaybook, work);
}

/** In the stack of an error, what comes behind this one is rota, which has called the playbook. */
function workOfPlaybook<T>(work: () => T): T {
  return work();
}

/**
 * What was thrown, told as a fault of a part of a playbook where it is one: its sources had a part in it, or
 * nothing of rota had. Where no part is given, of the one that has begun what threw it.
 */
export function faultOf(error: unknown, part = atWork.getStore()): unknown {
  // How a command of a script ended has an exit code.
  const isTold = error instanceof Failures || (error instanceof Error && 'exitCode' in error);
  if (part === undefined || isTold) return error;
  const frames = framesIn(error);
  const own = ownIn(frames, part);
  if (error instanceof Failure) return own === frames[0] ? error : located(error, own?.place);
  if (own === undefined && frames[0]?.file.startsWith(ROOT)) return error;
  return new Failure('The playbook has a mistake', {
    where: own?.place ?? part.join(' › '),
    output: error instanceof Error ? `${error.name}: ${error.message}` : textOf(error),
    fix: own === undefined ? AROUND : THERE,
    cause: error,
  });
}

/** Where the sources of a playbook had a part in what was thrown. */
export function placeOfFault(error: unknown, part: PartName): string | undefined {
  return ownIn(framesIn(error), part)?.place;
}

const THERE =
  'Mend it there: look at the types of what is given to a task. Where types are checked (tsc), they name it.';
const AROUND = 'Look there for what throws it, or for what is begun and not waited for.';

interface StackFrame {
  readonly file: string;
  /** With line and column. */
  readonly place: string;
}

/** The files of the stack of an error, the innermost first, up to the one that has called the playbook. */
function framesIn(error: unknown): readonly StackFrame[] {
  const stack = error instanceof Error ? `${error.stack}` : '';
  const [inner = ''] = stack.split(`at ${workOfPlaybook.name}`);
  return [...inner.matchAll(/^ +at (?:async |.*\()?((?:file:\/\/)?\/.*?)(:\d+:\d+)\)?$/gm)].map(
    ([, from = '', at = '']) => {
      const file = from.startsWith('file:') ? fileURLToPath(from) : from;
      return { file, place: `${file}${at}` };
    },
  );
}

function ownIn(frames: readonly StackFrame[], [path]: PartName): StackFrame | undefined {
  return frames.find(({ file }) => isOwn(file, dirname(path)));
}

/** Of the playbook's folder, or of another one that is none of rota's. */
function isOwn(file: string, folder: string): boolean {
  if (file.includes('/node_modules/')) return false;
  if (!file.startsWith(ROOT)) return true;
  // Below the root of a clone, or what that lies in, all of rota is.
  return ROOT.startsWith(`${folder}/`) ? dirname(file) === folder : file.startsWith(`${folder}/`);
}

/** A refusal of what the playbook gives, with the place where it does. */
function located(failure: Failure, place: string | undefined): Failure {
  const { message, kind, where, ran, output, fix, cause } = failure;
  if (place === undefined || /:\d+:\d+/.test(where ?? '')) return failure;
  const both = [place, where].filter((one) => one !== undefined).join(' › ');
  return new Failure(message, { kind, where: both, ran, output, fix, cause });
}

function textOf(thrown: unknown): string {
  return typeof thrown === 'string' ? thrown : inspect(thrown);
}
