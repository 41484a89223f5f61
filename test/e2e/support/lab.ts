import { afterAll, beforeAll, describe } from 'vitest';
import { obstacle } from '#lab/preflight.ts';
import type { LabOptions } from '#lab/start-lab.ts';
import { wholeRing } from './ring.ts';
import { type Beginning, savedLab } from './saved-labs.ts';
import { TestLab } from './test-lab.ts';

const reason = await obstacle();
if (reason !== undefined && process.env['CI'] === 'true') throw reason;

interface Options extends Partial<Omit<LabOptions, 'from'>> {
  /** Left out: with nothing. */
  readonly beginsWith?: Beginning;
}

/** `describe` for tests that need the lab: skipped by name, with the reason, where it cannot run. */
export function describeInLab(
  title: string,
  { beginsWith, ...options }: Options,
  tests: (test: TestLab) => void,
): void {
  const name =
    reason === undefined ? title : `${title} (skipped: ${reason.message}, ${reason.where})`;
  describe.skipIf(reason !== undefined)(name, () => {
    const testLab = new TestLab();
    beforeAll(async () => {
      const saved = beginsWith === undefined ? {} : { from: await savedLab(beginsWith) };
      await testLab.up({ ...options, ...saved });
      if (beginsWith === 'ring') await wholeRing(testLab);
    });
    afterAll(() => testLab.down());
    tests(testLab);
  });
}
