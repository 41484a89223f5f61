import { expect, test } from 'vitest';
import type { Edits } from './support/failures.ts';
import { startForeignRouter } from './support/foreign-router.ts';
import { describeInLab } from './support/lab.ts';
import { startProbes, THREE_ADVERTS_MS } from './support/probe.ts';
import { HOLDERS, holders, nodeStates } from './support/ring.ts';
import { ended, type RotaOutput } from './support/test-lab.ts';

const VIPS = Object.values(HOLDERS).flat();

/** Whatever is wrong shows sooner than that, and does not go by itself: a check fails after 5 s. */
const GATE: Edits = [
  ['vrrp_vips: 3', 'vrrp_vips: 3\n        keepalived_gate_seconds: 10'],
  ['interval: 5', 'interval: 2'],
  ['timeout: 3', 'timeout: 1'],
];

describeInLab(
  'a fault that shows only after the first change',
  { beginsWith: 'ring' },
  (testLab) => {
    let falls = 2;
    const on = (place: string, script: string) => testLab.lab.run(place, script);

    /** Another valid configuration, as every deploy here needs one. */
    function changed(): string {
      falls += 1;
      return testLab.inventory(['fall: 2', `fall: ${falls}`], ...GATE);
    }

    /** Deploys; `cause` brings the fault about once the first node is being changed, `mend` ends it. */
    async function deployWith(
      inventory: string,
      cause: (node: string) => Promise<unknown>,
      mend: (node: string) => Promise<unknown> = async () => {},
    ): Promise<RotaOutput & { readonly first: string }> {
      const child = testLab.start('deploy', inventory);
      let first = '';
      child.stdout?.on('data', (text) => {
        const [, undoing] = /^(node\d) +undoing/m.exec(`${text}`) ?? [];
        if (undoing !== undefined) void mend(undoing);
        const [, node = ''] = /^(node\d) +applying/m.exec(`${text}`) ?? [];
        if (first !== '' || node === '') return;
        first = node;
        void cause(node);
      });
      return { ...(await ended(child)), first };
    }

    /** Nothing of the run is left on any node, and only the first was ever touched by it. */
    async function expectUndone(run: RotaOutput, first: string, before: unknown): Promise<void> {
      expect(run.stdout).toMatch(new RegExp(`^${first} +undone`, 'm'));
      expect(await nodeStates(testLab)).toEqual(before);
      const history = await testLab.rota('history', testLab.inventory(), '--json');
      expect(JSON.parse(history.stdout).runs[0].outcomes).toEqual({ [first]: 'undone' });
    }

    test('stops there and is undone: a health check that fails with the new configuration', async () => {
      const before = await nodeStates(testLab);
      const probes = startProbes(testLab.lab, VIPS);
      const inventory = testLab.inventory(['6443/healthz', '6443/nosuch'], ...GATE);
      const run = await deployWith(inventory, async () => {});
      expect(run.status).toBe(6);
      expect(run.stdout).toContain(
        `chk_api_service on ${run.first}: expected to pass, seen failing`,
      );
      await expectUndone(run, run.first, before);
      expect(await holders(testLab)).toEqual(HOLDERS);
      for (const { longestGapMs } of Object.values(await probes.end()))
        expect(longestGapMs).toBeLessThan(THREE_ADVERTS_MS);
    });

    test('stops there and is undone: VRRP that no longer reaches the node', async () => {
      const before = await nodeStates(testLab);
      const probes = startProbes(testLab.lab, VIPS);
      const run = await deployWith(
        changed(),
        (node) => on(node, 'ip6tables -A INPUT -p 112 -j DROP'),
        (node) => on(node, 'ip6tables -F INPUT'),
      );
      expect(run.status).toBe(6);
      await expectUndone(run, run.first, before);
      for (const { longestGapMs } of Object.values(await probes.end()))
        expect(longestGapMs).toBeLessThan(THREE_ADVERTS_MS);
      expect(await holders(testLab)).toEqual(HOLDERS);
    });

    test('stops there and is undone: a foreign router that takes one of our router ids', async () => {
      const before = await nodeStates(testLab);
      // It speaks only once it is unmuted: how long it takes to start is no part of this.
      await on('client', 'ip6tables -A OUTPUT -p 112 -j DROP');
      const end = await startForeignRouter(testLab);
      const probes = startProbes(testLab.lab, VIPS);
      const run = await deployWith(changed(), () => on('client', 'ip6tables -F OUTPUT'));
      // It is still there, so that the ring is not whole after the undo either.
      expect(run.status).toBe(7);
      expect(run.stdout).toMatch(
        /VRID 10: expected used by the ring alone, seen adverts from fe80::/,
      );
      await expectUndone(run, run.first, before);
      for (const { longestGapMs } of Object.values(await probes.end()))
        expect(longestGapMs).toBeLessThan(THREE_ADVERTS_MS);
      await end();
    });

    test('is over with its cause: the next deploy converges', async () => {
      const inventory = changed();
      expect((await testLab.rota('deploy', inventory)).status).toBe(0);
      expect((await testLab.rota('verify', inventory)).status).toBe(0);
    });
  },
);
