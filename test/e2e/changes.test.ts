import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Continuity, Impact } from '#engine/model/rollout.ts';
import { describeInLab } from './support/lab.ts';
import { ownersInTurn } from './support/owners.ts';
import { HANDOVER_MS, startProbes, THREE_ADVERTS_MS } from './support/probe.ts';
import { HOLDERS, holders, NODES, nodeStates } from './support/ring.ts';
import type { RotaOutput } from './support/test-lab.ts';

const VIPS = Object.values(HOLDERS).flat();

/** How rota itself saw the VIPs fare, with what it had said before. */
function continuityIn({ stdout }: RotaOutput) {
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const found = events.filter(({ type }) => type === 'continuity');
  expect(found).toHaveLength(1);
  return found[0] as {
    readonly watched: readonly Continuity[];
    readonly impacts: readonly Impact[];
  };
}

describeInLab(
  'a change of a live ring, with the waits of a real kubelet',
  { beginsWith: 'ring', waits: 1 },
  (testLab) => {
    const deploy = (inventory: string) => testLab.rota('deploy', inventory, '--json');

    let original: Awaited<ReturnType<typeof nodeStates>> = [];

    test('by reload loses no probe', async () => {
      original = await nodeStates(testLab);
      const inventory = testLab.inventory(['fall: 2', 'fall: 3']);
      const probes = startProbes(testLab.lab, VIPS);
      const run = await deploy(inventory);
      const probed = await probes.end();
      expect(run.status).toBe(0);
      expect(VIPS.map((vip) => probed[vip]?.lost)).toEqual([0, 0, 0]);
      const { watched, impacts } = continuityIn(run);
      expect(watched.map(({ name, mostHolders }) => ({ name, mostHolders }))).toEqual(
        VIPS.map((name) => ({ name, mostHolders: 1 })),
      );
      // The nodes count late answers as lost, too.
      for (const { longestGapMs } of watched) expect(longestGapMs).toBeLessThan(HANDOVER_MS);
      expect(impacts.map(({ text }) => text)).toEqual(
        Array.from(VIPS, () => 'reload, no VIP moves'),
      );
    });

    test('is rolled back by the run’s name, without losing a probe', async () => {
      expect(await nodeStates(testLab)).not.toEqual(original);
      const probes = startProbes(testLab.lab, VIPS);
      const { status, stderr } = await testLab.rota('rollback', testLab.inventory());
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      const probed = await probes.end();
      expect(VIPS.map((vip) => probed[vip]?.lost)).toEqual([0, 0, 0]);
      expect(await nodeStates(testLab)).toEqual(original);
    });

    test('to a new image moves each VIP once away and once back, before its peers could miss its adverts', async () => {
      const source = join(testLab.lab.dir, 'keepalived');
      appendFileSync(join(source, 'Containerfile'), 'LABEL trial=yes\n');
      const git = ['-C', source, '-c', 'user.name=lab', '-c', 'user.email=lab@localhost'];
      execFileSync('git', [...git, 'commit', '--quiet', '--all', '--message', 'Label it']);
      const probes = startProbes(testLab.lab, VIPS);
      const run = await deploy(testLab.inventory());
      const probed = await probes.end();
      expect(run.status).toBe(0);
      for (const vip of VIPS) expect(probed[vip]?.longestGapMs).toBeLessThan(THREE_ADVERTS_MS);
      const { watched } = continuityIn(run);
      for (const { name, longestGapMs, mostHolders } of watched) {
        expect({ name, mostHolders }).toEqual({ name, mostHolders: 1 });
        expect(longestGapMs).toBeLessThan(THREE_ADVERTS_MS);
      }
      expect(watched.map(ownersInTurn)).toEqual([
        ['node1', 'node3', 'node1'],
        ['node2', 'node1', 'node2'],
        ['node3', 'node2', 'node3'],
      ]);
      expect(await holders(testLab)).toEqual(HOLDERS);
    });

    test('with --max-gap undoes the node whose change takes its VIP away for longer', async () => {
      const before = await nodeStates(testLab);
      const { lab } = testLab;
      await Promise.all(NODES.map((node) => lab.run(node, 'busybox syslogd -O /tmp/syslog')));
      // Another pod, which has written to the host by then.
      const inventory = testLab.inventory([
        'vrrp_vips: 3',
        'vrrp_vips: 3\n        keepalived_notify: true',
      ]);
      const run = await testLab.rota('deploy', inventory, '--max-gap', '100ms');
      expect(run.stdout).toContain('Something on duty was away for longer than allowed');
      expect(run.status).toBe(6);
      expect(await nodeStates(testLab)).toEqual(before);
      expect(await holders(testLab)).toEqual(HOLDERS);
    });
  },
);
