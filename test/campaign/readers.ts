import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { promisify } from 'node:util';
import { Random } from '#lab/random.ts';
import type { Verdict } from './host-trial.ts';

/** Broken and hostile inputs that a reader is given at a time, in a process that may be ended. */
export const INPUTS = 10_000;

/** The time of each input is looked at by the reader itself. */
const READ_MS = 1_800_000;

const READERS = [
  ['inventories', 'test/lib/ansible-inventory/read-mutants.ts'],
  ['plans', 'test/engine/plan/read-mutants.ts'],
] as const;

/** Inputs that are read, or refused with a place, in time and within the memory that there is. */
export async function readMutants(seed: number, folder: string): Promise<Verdict> {
  const [what, script] = new Random(seed).next() < 0.8 ? READERS[0] : READERS[1];
  mkdirSync(folder, { recursive: true });
  const words = ['--max-old-space-size=320', script, folder, String(seed), String(INPUTS)];
  const read = promisify(execFile)(process.execPath, words, { timeout: READ_MS });
  // It takes a core, and has time.
  setPriority(read.child.pid ?? 0, 10);
  const error = await read.then(
    () => undefined,
    (failure: Error & { readonly stderr?: string }) => failure.stderr || failure.message,
  );
  return { what, breaches: error === undefined ? [] : [error.slice(-4000)] };
}
