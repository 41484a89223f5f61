import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '#engine/model/failure.ts';
import type { Flavours } from './roster.ts';

const HALF_WRITTEN = '.lab.json';

/** What is kept in `lab.json`. Its presence says that the folder is a lab's, and may be removed. */
export interface LabState {
  /** New for every start. Tells labs apart where they share something: cgroups, network interfaces. */
  readonly id: string;
  /** The process that cleans up when the lab ends. */
  readonly keeper: number;
  /** The first process of the lab's namespaces, with the time it started, as pids come again. */
  readonly pid: number;
  readonly started: string;
  readonly nodes: number;
  readonly light: boolean;
  readonly waits: number;
  readonly flavours: Flavours;
  /** The folder of the saved lab that this one began as, for nodes that have not been on yet. */
  readonly from?: string;
  /** The folder of the files that nodes begin with, where these are not the machine's own. */
  readonly root?: string;
  /** Nodes change nothing of the machine's kernel. */
  readonly sealed: boolean;
}

export function newId(): string {
  return randomBytes(4).toString('hex');
}

/** The state of a lab that runs; undefined for one that does not, or is not there. */
export function runningState(dir: string): LabState | undefined {
  const state = storedState(dir);
  if (state === undefined || state.pid === 0) return undefined;
  return startTime(state.pid) === state.started ? state : undefined;
}

export function storedState(dir: string): LabState | undefined {
  try {
    return JSON.parse(readFileSync(join(dir, 'lab.json'), 'utf8'));
  } catch (error) {
    // Not asked for before: a lab that ends takes its folder along at any moment.
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR'].includes(code)) return undefined;
    throw error;
  }
}

/** Whoever reads the file meanwhile, or after this was killed, finds it whole or not at all. */
export function storeState(dir: string, state: LabState): void {
  writeFileSync(join(dir, HALF_WRITTEN), `${JSON.stringify(state, null, 2)}\n`);
  renameSync(join(dir, HALF_WRITTEN), join(dir, 'lab.json'));
}

/** Makes the folder a lab's. One that has something else in it is refused: `down` removes it all. */
export function claim(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o755 });
  const stranger = readdirSync(dir).find((name) => name !== HALF_WRITTEN);
  if (stranger !== undefined)
    throw new Failure("The lab's folder has something else in it", {
      where: join(dir, stranger),
      fix: 'Remove it, or choose another folder with --dir.',
    });
}

/** When a process started, in ticks since boot; undefined when there is none. */
export function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Ends a process at once. One that ended by itself just now is no error. */
export function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
