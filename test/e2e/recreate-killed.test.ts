import { readdirSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Edits } from './support/failures.ts';
import { describeInLab } from './support/lab.ts';
import { contentOf, mainProcesses } from './support/main-processes.ts';
import { CONF, openRuns } from './support/ring.ts';
import { FOLDER } from './support/static-pod.ts';
import { until } from './support/until.ts';

const HIDDEN = '.keepalived.yaml.rota-recreate';

/** One node, with a pod that mounts its configuration as a file. */
const FILE: Edits = [
  [/ {8}node2:\n( {10}.*\n)+ {8}node3:\n( {10}.*\n)+/, ''],
  ['vrrp_vips: 3', 'vrrp_vips: 3\n        keepalived_mount: file'],
];

describeInLab(
  'rota that is killed while it recreates a pod',
  { beginsWith: 'image', nodes: 1 },
  (testLab) => {
    const root = () => `${testLab.lab.proc('node1')}/root`;
    const manifests = () => readdirSync(root() + FOLDER);
    /** What the keepalived that runs sees of its file. */
    const seen = () => {
      const [main] = mainProcesses(testLab.lab, 'node1');
      return main && contentOf(`${root()}/proc/${main.pid}/root${CONF}`);
    };

    test('leaves a manifest that comes back by itself, and a node that undoes what was begun', async () => {
      const old = testLab.inventory(...FILE);
      expect((await testLab.rota('deploy', old)).status).toBe(0);
      const before = seen();
      expect(before).toMatch(/fall +2/);
      const rota = testLab.start('deploy', testLab.inventory(...FILE, ['fall: 2', 'fall: 3']));
      const changes = watch(join(testLab.lab.upper('node1'), FOLDER));
      for await (const { filename } of changes) if (filename === HIDDEN) break;
      rota.kill('SIGKILL');
      await until(() => manifests().join() === 'keepalived.yaml');
      // Whether the pod that comes back is the old one already, or the undo's: it ends with that.
      await until(() => openRuns(testLab, 'node1').length === 0);
      await until(() => seen() === before);
      expect(manifests()).toEqual(['keepalived.yaml']);
      const again = await testLab.rota('deploy', old);
      expect(again.stdout).toContain('Nothing to do');
      expect(again.status).toBe(0);
    });

    test('or, with the node, a hidden manifest that the next deploy writes anew', async () => {
      const hide = `mv ${FOLDER}/keepalived.yaml ${FOLDER}/${HIDDEN}`;
      await testLab.lab.run('node1', hide);
      await until(() => mainProcesses(testLab.lab, 'node1').length === 0);
      const run = await testLab.rota('deploy', testLab.inventory(...FILE));
      expect(run.stdout).not.toContain('✖');
      expect(run.status).toBe(0);
      expect(manifests()).toEqual(['keepalived.yaml']);
    });
  },
);
