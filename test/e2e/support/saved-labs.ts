import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { Lab } from '#lab/lab.ts';
import { mainProcesses } from './main-processes.ts';
import { MANIFEST, NODES } from './ring.ts';
import { TestLab } from './test-lab.ts';
import { alone, atOnce } from './turn.ts';
import { until } from './until.ts';

/** What a lab may begin with: the image in its registry, or a ring that is up by inventory/lab.yaml. */
export type Beginning = 'image' | 'ring';

/** The folder of a saved lab, made by the first test file that needs it. */
export async function savedLab(beginning: Beginning): Promise<string> {
  const folder = join(inject('shared'), beginning);
  return await alone(`save-${beginning}`, async () => {
    if (existsSync(folder)) return folder;
    const half = mkdtempSync(join(inject('shared'), 'half-'));
    await (beginning === 'image' ? saveImage(half) : saveRing(half));
    renameSync(half, folder);
    return folder;
  });
}

async function saveImage(folder: string): Promise<void> {
  await withLab({ nodes: 1 }, async (testLab) => {
    const run = await testLab.rota('image', testLab.inventory());
    if (run.status !== 0) throw new Error(`The image was not built:\n${run.stdout}${run.stderr}`);
    await testLab.lab.save(folder, []);
  });
}

async function saveRing(folder: string): Promise<void> {
  const from = await savedLab('image');
  await withLab({ from }, async (testLab) => {
    await testLab.bringUp(testLab.inventory());
    await Promise.all(NODES.map((node) => switchOff(testLab.lab, node)));
    await testLab.lab.save(folder, NODES);
  });
}

/** Off duty first, so that no container is left that a boot would have to clear away. */
async function switchOff(lab: Lab, node: string): Promise<void> {
  const hidden = MANIFEST.replace(/[^/]*$/, '.hidden');
  await lab.run(node, `mv ${MANIFEST} ${hidden}`);
  await until(() => mainProcesses(lab, node).length === 0);
  await until(async () => (await lab.run(node, 'podman ps -aq')).stdout === '');
  await lab.kill(node);
  renameSync(join(lab.upper(node), hidden), join(lab.upper(node), MANIFEST));
  rmSync(join(lab.upper(node), 'var/log/pods'), { recursive: true });
}

async function withLab(
  options: Parameters<TestLab['up']>[0],
  work: (testLab: TestLab) => Promise<void>,
): Promise<void> {
  const testLab = new TestLab();
  try {
    await testLab.up(options, atOnce);
    await work(testLab);
  } finally {
    await testLab.down();
  }
}
