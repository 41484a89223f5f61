import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noStrace } from '../engine/shell/count-processes.ts';
import { describeInLab } from './support/lab.ts';
import { processesOf } from './support/trace.ts';

describeInLab(
  'a host on which nothing of the bench’s playbook is yet',
  { light: true },
  (testLab) => {
    test.skipIf(noStrace)('starts these processes for a first run', async () => {
      const vars = ['-e', 'bench_address=10.77.0.11', '-e', 'bench_priority=200'];
      const args = ['run', 'bench/playbook.ts', testLab.inventory(), '--limit', 'node1', ...vars];
      const commands = await processesOf(testLab, 'node1', async () => {
        const { status, stderr } = await testLab.rota(...args);
        expect([status, stderr]).toEqual([0, '']);
        // A host that takes its time gives its lease back when rota has gone.
        const lease = join(testLab.lab.proc('node1'), 'root/run/rota/lease');
        await expect.poll(() => existsSync(lease)).toBe(false);
      });
      // A run that takes its time has more heartbeats; what begins first is up to the network.
      const withoutBeats = commands.map((names) =>
        names.includes('ln') ? names.filter((name) => name !== 'mv') : names,
      );
      // Both ends of a pipe begin, in whatever order.
      const lines = withoutBeats.map((names) =>
        names.join(' ').replace('stat sha256sum', 'sha256sum stat'),
      );
      expect(lines.sort()).toMatchInlineSnapshot(`
      [
        "sh mkdir ln mkdir rm",
        "sh mkdir sh sha256sum stat tail sync sh chmod sync mv sh chmod sync mv mkdir chmod chmod sync mv chmod sync mv ip stat tail",
        "sh sh ip stat tail",
      ]
    `);
    });
  },
);
