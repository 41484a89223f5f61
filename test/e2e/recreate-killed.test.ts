import { expect, test } from 'vitest';
import type { Edits } from './support/failures.ts';
import { describeInLab } from './support/lab.ts';
import { FOLDER, mainProcesses } from './support/static-pod.ts';
import { until } from './support/until.ts';

/** One node, with a pod that mounts its configuration as a file. */
const FILE: Edits = [
  [/ {8}node2:\n( {10}.*\n)+ {8}node3:\n( {10}.*\n)+/, ''],
  ['vrrp_vips: 3', 'vrrp_vips: 3\n        keepalived_mount: file'],
];
const CONFIGURATION = '/etc/keepalived/keepalived.conf';

describeInLab(
  'rota that is killed while it recreates a pod',
  { beginsWith: 'image', nodes: 1 },
  (testLab) => {
    const manifests = async () => (await testLab.lab.run('node1', `ls -A ${FOLDER}`)).stdout;
    /** What the keepalived that runs sees of its file. */
    const seen = async () => {
      const [main] = await mainProcesses(testLab.lab, 'node1');
      if (main === undefined) return undefined;
      return (await testLab.lab.run('node1', `cat /proc/${main.pid}/root${CONFIGURATION}`)).stdout;
    };

    test('leaves a manifest that comes back by itself, and a node that undoes what was begun', async () => {
      const old = testLab.inventory(...FILE);
      expect((await testLab.rota('deploy', old)).status).toBe(0);
      const before = await seen();
      expect(before).toMatch(/fall +2/);
      const rota = testLab.start('deploy', testLab.inventory(...FILE, ['fall: 2', 'fall: 3']));
      await until(async () => (await manifests()) === '.keepalived.yaml.rota-recreate\n');
      rota.kill('SIGKILL');
      await until(async () => (await manifests()) === 'keepalived.yaml\n');
      // Whether the pod that comes back is the old one already, or the undo's: it ends with that.
      const open = 'ls /var/lib/rota/runs/*/armed /var/lib/rota/runs/*/undoing 2>/dev/null';
      await until(async () => (await testLab.lab.run('node1', open)).stdout === '');
      await until(async () => (await seen()) === before);
      expect(await manifests()).toBe('keepalived.yaml\n');
      const again = await testLab.rota('deploy', old);
      expect(again.stdout).toContain('Nothing to do');
      expect(again.status).toBe(0);
    });

    test('or, with the node, a hidden manifest that the next deploy writes anew', async () => {
      const hide = `mv ${FOLDER}/keepalived.yaml ${FOLDER}/.keepalived.yaml.rota-recreate`;
      await testLab.lab.run('node1', hide);
      await until(async () => (await mainProcesses(testLab.lab, 'node1')).length === 0);
      const run = await testLab.rota('deploy', testLab.inventory(...FILE));
      expect(run.stdout).not.toContain('✖');
      expect(run.status).toBe(0);
      expect(await manifests()).toBe('keepalived.yaml\n');
    });
  },
);
