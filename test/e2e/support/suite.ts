import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { Machine } from '../../machine.ts';

declare module 'vitest' {
  interface ProvidedContext {
    machine: Machine;
    /** A folder of this run of the tests: all that its files leave is in it, and goes with it. */
    shared: string;
  }
}

/** Says what was measured and chosen, and gives all files of this run one folder. */
export function setup(project: TestProject): () => Promise<void> {
  sayWhatWasChosen(project.getProvidedContext().machine);
  const shared = mkdtempSync(join(tmpdir(), 'rota-suite-'));
  project.provide('shared', shared);
  return removeAtTheEnd(shared);
}

function sayWhatWasChosen({ roundsPerSecond, labs, slowness }: Machine): void {
  const limits = slowness === 1 ? '' : `, and every limit times ${slowness.toFixed(1)}`;
  process.stdout.write(
    `e2e: this machine starts Node and twenty small programs ${roundsPerSecond.toFixed(1)} times a second: ${labs === 1 ? 'one lab' : `at most ${labs} labs`} at once${limits}\n`,
  );
}

/** Labs that end at the same time clear away what is theirs: some of it can go only after that. */
const REMOVE = `cat >/dev/null
for try in 1 2 3 4 5 6 7 8 9 10; do
  rm -rf --one-file-system "$0" 2>/dev/null && exit
  sleep 1
done`;

/** Removes a folder when it is told to, or when this process ends, however it ends. */
function removeAtTheEnd(folder: string): () => Promise<void> {
  const stdio = ['pipe', 'ignore', 'ignore'] as const;
  const remover = spawn('sh', ['-c', REMOVE, folder], { detached: true, stdio: [...stdio] });
  const ended = once(remover, 'exit');
  return async () => {
    remover.stdin.end();
    await ended;
  };
}
