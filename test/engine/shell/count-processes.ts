import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** It may not be there, nor be allowed to trace. */
export const noStrace = spawnSync('strace', ['true']).status !== 0;

/** How many processes a script starts in a shell, with all that they start; the shell itself aside. */
export function countProcesses(shell: readonly string[], script: string): number {
  return callsOf(['-f', '-e', 'trace=clone,clone3,fork,vfork'], shell, script).filter(
    (line) => /^\d+ +(clone3?|v?fork)\(/.test(line) && !line.includes('CLONE_THREAD'),
  ).length;
}

/** How often a shell itself reads while it runs a script. */
export function countReads(shell: readonly string[], script: string): number {
  return callsOf(['-e', 'trace=read'], shell, script).length;
}

function callsOf(which: readonly string[], shell: readonly string[], script: string) {
  const folder = mkdtempSync(join(tmpdir(), 'rota-count-'));
  const log = join(folder, 'calls');
  spawnSync('strace', [...which, '-o', log, ...shell], { input: script });
  const lines = readFileSync(log, 'utf8').split('\n');
  rmSync(folder, { recursive: true });
  return lines;
}
