import { beforeAll, expect, test } from 'vitest';
import { diskOf } from './support/failures.ts';
import { describeInLab } from './support/lab.ts';
import { startProbes } from './support/probe.ts';
import { CONF, HOLDERS, holders, nodeStates, openRuns } from './support/ring.ts';
import { traceOf } from './support/ring-of-four.ts';
import { ended, summaryOf } from './support/test-lab.ts';
import { until } from './support/until.ts';

const FLAVOURS = { node1: 'busybox', node2: 'dropbear', node3: 'bash' } as const;
const NODES = Object.keys(FLAVOURS);

describeInLab(
  'a ring of busybox with dropbear, a Debian with dropbear, and one whose sh is bash',
  { beginsWith: 'image', flavours: FLAVOURS },
  (testLab) => {
    let inventory = '';
    let fresh: readonly (readonly string[])[] = [];
    const traces = () => Promise.all(NODES.map((node) => traceOf(testLab, node)));

    beforeAll(async () => {
      inventory = testLab.inventory();
      // None of what rota must do without is there.
      const script = 'command -v bash python3 perl sudo sshd dpkg-query findmnt; ls -l /bin/ls';
      expect((await testLab.lab.run('node1', script)).stdout).toMatch(/^[^\n]*-> \S*busybox\n$/);
    });

    test('a dry run shows every change, and writes nothing', async () => {
      const disks = () => NODES.map((node) => diskOf(testLab, node));
      // The first login of a machine's life writes what later ones do not.
      await testLab.rota('status', inventory);
      const before = disks();
      fresh = await traces();
      const run = await testLab.rota('deploy', inventory, '--dry-run');
      expect([run.status, run.stderr]).toEqual([2, '']);
      expect(summaryOf(run)).toMatch(/^Dry run: \d+ to change on 3 hosts$/);
      expect(disks()).toEqual(before);
    });

    test('from nothing to three VIPs, and nothing to do afterwards', async () => {
      const first = await testLab.rota('deploy', inventory);
      expect([first.status, first.stderr]).toEqual([0, '']);
      expect(summaryOf(first)).toMatch(/^Done in .*: 27 tasks changed on 3 hosts$/);
      expect(await holders(testLab)).toEqual(HOLDERS);
      const second = await testLab.rota('deploy', inventory);
      expect([second.status, second.stderr]).toEqual([0, '']);
      expect(summaryOf(second)).toBe('Nothing to do: all 3 hosts are as they should be');
    });

    test('a run that is killed is undone by the node; the next one finds drift and loses no probe', async () => {
      const before = await nodeStates(testLab);
      inventory = testLab.inventory(['fall: 2', 'fall: 3']);
      const child = testLab.start('deploy', inventory);
      child.stdout?.on('data', (text) => {
        if (/^node1 +changed .*keepalived has loaded/m.test(`${text}`)) child.kill('SIGKILL');
      });
      expect((await ended(child)).status).toBe(null);
      await until(() => NODES.flatMap((node) => openRuns(testLab, node)).length === 0);
      await expect.poll(() => nodeStates(testLab)).toEqual(before);

      await testLab.lab.run(
        'node1',
        `sysctl -w net.ipv6.ip_nonlocal_bind=0; chmod 600 ${CONF}; sed -i 's/virtual_router_id/# &/' ${CONF}`,
      );
      const probes = startProbes(testLab.lab, Object.values(HOLDERS).flat());
      const next = await testLab.rota('deploy', inventory, '--max-gap', '1s');
      const probed = Object.values(await probes.end());
      expect([next.status, next.stderr]).toEqual([0, '']);
      expect(next.stdout).toMatch(/^node1 +changed +sysctl net.ipv6.ip_nonlocal_bind$/m);
      expect(probed.map(({ lost }) => lost)).toEqual([0, 0, 0]);
      expect(next.stdout.match(/ {2}expected no gap {2}\d+ of /g)).toHaveLength(3);
      expect(await holders(testLab)).toEqual(HOLDERS);
    });

    test('verify, status and history read what is there', async () => {
      const [verify, status, history] = await Promise.all(
        ['verify', 'status', 'history'].map((command) => testLab.rota(command, inventory)),
      );
      expect([verify?.status, status?.status, history?.status]).toEqual([0, 0, 0]);
      expect(status?.stdout).toMatch(/^fd02:9a01::1 +node1 +\d.* node3$/m);
      expect(status?.stdout).toContain('configuration, pod and sysctls: ok');
      expect(history?.stdout).toMatch(/ deploy +node1 undone/);
    });

    test('removed with --all, nothing of rota stays on any node', async () => {
      const run = await testLab.rota('remove', inventory, '--all', '--allow-outage');
      expect([run.status, run.stderr]).toEqual([0, '']);
      expect((await testLab.lab.run('node1', `pidof keepalived; ls ${CONF}`)).stdout).toBe('');
      expect(await traces()).toEqual(fresh);
    });
  },
);
