import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { describeInLab } from './support/lab.ts';
import { HOLDERS, holders, NODES, nodeStates, openRuns, wholeRing } from './support/ring.ts';
import { ended, type TestLab } from './support/test-lab.ts';

/** The last commit before what rota keeps on nodes had a format. */
const BEFORE_FORMATS = 'a18c396';

const isThere =
  spawnSync('git', ['cat-file', '-e', `${BEFORE_FORMATS}^{commit}`], { stdio: 'ignore' }).status ===
  0;
if (!isThere) process.stderr.write(`older-rota: skipped, the history has no ${BEFORE_FORMATS}\n`);

/** Puts the older rota into a folder, with the packages of this one. */
function olderRota({ folder }: TestLab): string {
  const older = join(folder, 'older');
  mkdirSync(older);
  const archive = execFileSync('git', ['archive', BEFORE_FORMATS], { maxBuffer: 2 ** 28 });
  execFileSync('tar', ['-x', '-C', older], { input: archive });
  symlinkSync(join(process.cwd(), 'node_modules'), join(older, 'node_modules'));
  return older;
}

describe.skipIf(!isThere)('after an older rota', () => {
  describeInLab('nodes that an older rota has changed', { beginsWith: 'ring' }, (testLab) => {
    let older = '';
    const withOlder = (...args: readonly string[]) => ended(testLab.startOf(older, ...args));
    const changed = (fall: number) => testLab.inventory(['fall: 2', `fall: ${fall}`]);
    const files = async () =>
      (await nodeStates(testLab)).map(({ configured, manifest }) => [configured, manifest]);

    /** As the inventory wants it, of which each test makes another one. */
    let original: Awaited<ReturnType<typeof files>> = [];

    beforeAll(async () => {
      older = olderRota(testLab);
      original = await files();
    });

    test('are rolled back to what they were before', async () => {
      const deployed = await withOlder('deploy', changed(3), '--no-watch', '--limit', 'node1');
      expect([deployed.status, deployed.stderr]).toEqual([0, '']);
      expect(await files()).not.toEqual(original);
      const run = await testLab.rota('rollback', testLab.inventory(), '--no-watch');
      expect([run.status, run.stderr]).toEqual([0, '']);
      expect(await files()).toEqual(original);
    });

    test('come back on duty where it has drained them', async () => {
      const drained = await withOlder('drain', testLab.inventory(), 'node2');
      expect([drained.status, drained.stderr]).toEqual([0, '']);
      const status = await testLab.rota('status', testLab.inventory());
      expect(status.stdout).toMatch(/node2.*drained/s);
      const run = await testLab.rota('undrain', testLab.inventory(), 'node2');
      expect([run.status, run.stderr]).toEqual([0, '']);
      expect(await holders(testLab)).toEqual(HOLDERS);
    });

    test('are locked by it, as it is by this one, and freed by unlock', async () => {
      const child = testLab.startOf(older, 'deploy', changed(4), '--no-watch');
      const end = ended(child);
      await applying(child.stdout);
      const refused = await testLab.rota('deploy', changed(5), '--no-watch');
      expect(refused.status).toBe(5);
      child.kill('SIGKILL');
      await end;
      const unlocked = await testLab.rota('unlock', testLab.inventory(), '--force');
      expect([unlocked.status, unlocked.stderr]).toEqual([0, '']);
      await expect.poll(() => NODES.flatMap((node) => openRuns(testLab, node))).toEqual([]);
      await wholeRing(testLab);
    });

    test('are settled where it died in the middle of a change', async () => {
      const child = testLab.startOf(older, 'deploy', changed(6), '--no-watch');
      const end = ended(child);
      await applying(child.stdout);
      child.kill('SIGKILL');
      await end;
      const run = await testLab.rota('deploy', testLab.inventory(), '--no-watch', '--repair');
      expect([run.status, run.stderr]).toEqual([0, '']);
      expect(NODES.flatMap((node) => openRuns(testLab, node))).toEqual([]);
      await wholeRing(testLab);
      expect(await files()).toEqual(original);
    });
  });
});

/** Waits until a run says that it writes the configuration of a node. */
async function applying(stdout: NodeJS.ReadableStream | null): Promise<void> {
  await new Promise<void>((resolve) => {
    stdout?.on('data', (text) => {
      if (/applying .*keepalived\.conf/.test(`${text}`)) resolve();
    });
    stdout?.on('close', resolve);
  });
}
