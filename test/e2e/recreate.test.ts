import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configurationLoaded } from '#tasks/keepalived/configuration-loaded.ts';
import type { Edits } from './support/failures.ts';
import { describeInLab } from './support/lab.ts';
import { mainProcesses } from './support/main-processes.ts';
import { startProbes, THREE_ADVERTS_MS } from './support/probe.ts';
import { FOLDER } from './support/static-pod.ts';
import { whereLoaded } from './support/where-loaded.ts';

const MANIFEST = 'keepalived.yaml';
const HIDDEN = '.keepalived.yaml.rota-recreate';

/** Two nodes with the guide's own files, which the pod mounts one by one. */
const GUIDE: Edits = [
  [/ {8}node3:\n( {10}.*\n)+/, ''],
  [/ +keepalived_checks:\n( {10}.*\n)+/, '        keepalived_profile: guide\n'],
];
const ladder = (second: number) =>
  [/^( +)vrrp_vips: 3$/m, `$1vrrp_vips: 3\n$1vrrp_ladder: [200, ${second}]`] as const;

describeInLab(
  'a pod that mounts its configuration as a file',
  { beginsWith: 'image', nodes: 2 },
  (testLab) => {
    const names = new Map<string, Set<string>>();
    const watchers: FSWatcher[] = [];
    const deploy = (second: number, ...args: readonly string[]) =>
      testLab.rota('deploy', testLab.inventory(...GUIDE, ladder(second)), ...args);
    const loaded = async (node: string) =>
      (await testLab.lab.run(node, 'cat /etc/keepalived/keepalived.conf')).stdout;
    const processOn = (node: string) => mainProcesses(testLab.lab, node)[0]?.pid;
    const folderOf = (node: string) => testLab.lab.run(node, `ls -A ${FOLDER}`);

    beforeAll(() => {
      for (const node of ['node1', 'node2']) {
        const seen = new Set<string>();
        names.set(node, seen);
        const folder = join(testLab.lab.upper(node), FOLDER);
        watchers.push(watch(folder, (_, name) => void seen.add(name ?? '')));
      }
    });
    afterAll(() => {
      for (const watcher of watchers) watcher.close();
    });

    test('runs the guide’s own files, which pass their check; nothing is recreated for a first deploy', async () => {
      const run = await deploy(150);
      expect(run.stdout).not.toContain('✖');
      expect(run.status).toBe(0);
      expect(await loaded('node1')).toContain('auth_pass cGFzc3dvcmQK');
      expect([...(names.get('node1') ?? [])]).not.toContain(HIDDEN);
    });

    test('is recreated for another configuration, while its peers hold the VIPs', async () => {
      const before = processOn('node1');
      const probes = startProbes(testLab.lab, ['fd02:9a01::1', 'fd02:9a01::2', 'fd02:9a01::3']);
      const run = await deploy(140, '--limit', 'node1');
      const probed = await probes.end();
      expect(run.stdout).not.toContain('✖');
      expect(run.status).toBe(0);
      expect([undefined, before]).not.toContain(processOn('node1'));
      expect(await loaded('node1')).toMatch(/priority +140/);
      // For longer than that, the node has no keepalived.
      for (const { longestGapMs } of Object.values(probed))
        expect(longestGapMs).toBeLessThan(THREE_ADVERTS_MS);
      expect((await deploy(140, '--limit', 'node1')).stdout).toContain('Nothing to do');
    });

    test('is recreated by its undo where the file is another again, and else left alone', async () => {
      const { lab } = testLab;
      const before = processOn('node1');
      const path = '/etc/keepalived/keepalived.conf';
      const task = configurationLoaded({
        path,
        configuration: '',
        manifest: `${FOLDER}/${MANIFEST}`,
        mount: 'file',
      });
      const [command] = task.plan(whereLoaded('old')).commands;
      const undo = command?.kind === 'run' ? `set -eu\n${command.undo}` : 'exit 1';
      expect(await lab.run('node1', undo)).toMatchObject({ status: 0, stdout: '' });
      expect(processOn('node1')).toBe(before);
      await lab.run('node1', `sed s/140/145/ ${path} >/etc/.new && mv /etc/.new ${path}`);
      expect(await lab.run('node1', undo)).toMatchObject({ status: 0 });
      expect([undefined, before]).not.toContain(processOn('node1'));
      const seenInside = `cat /proc/$1/root${path}`;
      const { stdout } = await lab.run('node1', `set -- ${processOn('node1')}; ${seenInside}`);
      expect(stdout).toMatch(/priority +145/);
      expect((await folderOf('node1')).stdout).toBe(`${MANIFEST}\n`);
      for (const seen of names.values())
        expect([...seen].filter((name) => name !== MANIFEST && !name.startsWith('.'))).toEqual([]);
    });
  },
);
