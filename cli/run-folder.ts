import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '#engine/model/failure.ts';
import { redact } from '#engine/model/redaction.ts';
import { eventLine, type RunHeader } from '#engine/report/json.ts';
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

/** The runs that are kept, the newest first. */
export function keptRuns(): readonly string[] {
  try {
    return readdirSync(runsFolder())
      .filter((name) => RUN_ID.test(name))
      .toSorted()
      .toReversed();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw asFailure(error, runsFolder());
  }
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

  keep(event: RunEvent): void {
    if (this.#file === undefined) return;
    try {
      writeSync(this.#file, redact(eventLine(event, this.#header, new Date())));
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

function forgetOldRuns(): void {
  for (const name of keptRuns().slice(KEPT))
    rmSync(join(runsFolder(), name), { recursive: true, force: true });
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
