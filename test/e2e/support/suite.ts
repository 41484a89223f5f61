import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { Machine } from '../../machine.ts';

declare module 'vitest' {
  interface ProvidedContext {
    machine: Machine;
    /** A folder of this run of the tests, for what its files share. */
    shared: string;
  }
}

/** Says what was measured and chosen, and gives all files of this run one folder. */
export function setup(project: TestProject): () => void {
  const { roundsPerSecond, labs, slowness } = project.getProvidedContext().machine;
  const limits = slowness === 1 ? '' : `, and every limit times ${slowness.toFixed(1)}`;
  process.stdout.write(
    `e2e: this machine starts Node and twenty small programs ${roundsPerSecond.toFixed(1)} times a second: ${labs === 1 ? 'one lab' : `at most ${labs} labs`} at once${limits}\n`,
  );
  const shared = mkdtempSync(join(tmpdir(), 'rota-suite-'));
  project.provide('shared', shared);
  return () => rmSync(shared, { recursive: true, force: true });
}
