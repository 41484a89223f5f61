import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '#engine/model/failure.ts';
import { eventLine, type RunHeader, withoutSecrets } from '#engine/report/json.ts';
import type { RunEvent } from '#engine/run/events.ts';
import { printWarnings } from './print.ts';

/** The file of a run's folder that all else is a view of. */
export const EVENTS_FILE = 'events.ndjson';

/** Where this user's rota keeps what it has to know the next time. */
export function stateFolder(): string {
  const base = process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state');
  return join(base, 'rota');
}

/** Each run of this user on this machine is in a folder of its name. */
function runsFolder(): string {
  return join(stateFolder(), 'runs');
}

const KEPT = 50;
const RUN_ID = /^\d{8}T\d{6}Z-[0-9a-f]{4}$/;

/** The runs that are kept, the newest first; none that has said nothing yet. */
export function keptRuns(): readonly string[] {
  return folders()
    .filter(({ isSilent }) => !isSilent)
    .toSorted((one, other) => secondOf(other) - secondOf(one) || other.begunMs - one.begunMs)
    .map(({ name }) => name);
}

interface KeptFolder {
  readonly name: string;
  /** What its name tells to the second alone. */
  readonly begunMs: number;
  readonly writtenMs: number;
  readonly isSilent: boolean;
}

function folders(): readonly KeptFolder[] {
  try {
    return readdirSync(runsFolder())
      .filter((name) => RUN_ID.test(name))
      .toSorted()
      .map(keptFolder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw asFailure(error, runsFolder());
  }
}

function keptFolder(name: string): KeptFolder {
  const folder = join(runsFolder(), name);
  const begunMs = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  try {
    const events = statSync(join(folder, EVENTS_FILE), { throwIfNoEntry: false });
    const { mtimeMs: writtenMs, size } = events ?? { mtimeMs: 0, size: 0 };
    return { name, begunMs, writtenMs, isSilent: size === 0 };
  } catch {
    // Another user's: whoever reads it is told why it cannot be.
    return { name, begunMs, writtenMs: begunMs, isSilent: false };
  }
}

function secondOf({ name }: KeptFolder): number {
  return Number(name.slice(0, 15).replace('T', ''));
}

/** The folder of a run by its id or as a path; of the newest that is kept, without a name. */
export function folderOfRun(name: string | undefined): string {
  if (name !== undefined) return RUN_ID.test(name) ? join(runsFolder(), name) : name;
  const [newest] = keptRuns();
  if (newest !== undefined) return join(runsFolder(), newest);
  throw new Failure('No run is kept', { where: runsFolder(), fix: 'Name the folder of a run.' });
}

/**
 * Where the events of one run are kept as they happen, so that one that is killed leaves all up to its
 * end. What cannot be kept is said once, and stops no run; but a folder that the user has named must do.
 */
export class RunFolder {
  readonly path: string;
  readonly #header: RunHeader;
  #file: number | undefined;

  constructor(runId: string, header: RunHeader, named: string | undefined) {
    this.path = named ?? join(runsFolder(), runId);
    this.#header = header;
    try {
      this.#file = createEvents(this.path);
      if (named === undefined) forgetOldRuns();
    } catch (error) {
      const failure = asFailure(error, this.path);
      if (named !== undefined) throw failure;
      printWarnings([failure]);
    }
  }

  /** Gives its line. */
  keep(event: RunEvent): string {
    const line = withoutSecrets(eventLine(event, this.#header, new Date()));
    this.#write(line);
    return line;
  }

  #write(line: string): void {
    if (this.#file === undefined) return;
    try {
      writeFileSync(this.#file, line);
    } catch (error) {
      printWarnings([asFailure(error, this.path)]);
      this.close();
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

function createEvents(folder: string): number {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return openSync(join(folder, EVENTS_FILE), 'wx', 0o600);
}

/** Takes away what is kept of a run. */
export function forgetRun(runId: string): void {
  rmSync(join(runsFolder(), runId), { recursive: true, force: true });
}

/** By when they were last written: one that is under way may have begun before many others. */
function forgetOldRuns(): void {
  const old = folders()
    .toSorted((one, other) => one.writtenMs - other.writtenMs)
    .slice(0, -KEPT);
  for (const { name } of old) rmSync(join(runsFolder(), name), { recursive: true, force: true });
}

function asFailure(error: unknown, path: string): Failure {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  if (code === 'EEXIST')
    return new Failure('The folder holds the events of a run already', {
      where: path,
      fix: 'Name another one, or remove it.',
    });
  return new Failure('The events of the run are not kept', {
    where: path,
    output: message,
    fix: 'Make room there, check its rights, or name another folder: --run-dir DIR',
  });
}
