import { expect, test } from 'vitest';
import type { Continuity, Impact } from '#engine/model/rollout.ts';
import { describeInLab } from './support/lab.ts';
import { ringInventory } from './support/ring-inventory.ts';
import type { RotaOutput } from './support/test-lab.ts';

const VIPS = ['fd02:9a01::1', 'fd02:9a01::2', 'fd02:9a01::3'];

/** How the VIPs fared by rota's own watch: who held each, one after the other, and what was said before. */
function courseIn({ stdout }: RotaOutput) {
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const { watched, impacts } = events.find(({ type }) => type === 'continuity') as {
    readonly watched: readonly Continuity[];
    readonly impacts: readonly Impact[];
  };
  const owners = watched.map(
    ({ name, owners: all }) => [name, all.map(({ host }) => host).join(' → ')] as const,
  );
  return { owners: Object.fromEntries(owners), said: impacts.map(({ text }) => text) };
}

describeInLab('a ring that grows', { beginsWith: 'image', nodes: 5 }, (testLab) => {
  const ringOf = (count: number) =>
    ringInventory(testLab, `ring-of-${count}`, [
      {
        nodes: Array.from({ length: count }, (_, index) => `node${index + 1}`),
        families: [6],
        vars: { vrrp_vips: VIPS },
      },
    ]);

  test('from two nodes to five moves one VIP, once, straight to its new holder', async () => {
    await testLab.bringUp(ringOf(2));
    const run = await testLab.rota('deploy', ringOf(5), '--json');
    expect(run.status, run.stdout).toBe(0);
    const { owners, said } = courseIn(run);
    expect(owners).toEqual({
      'fd02:9a01::1': 'node1',
      'fd02:9a01::2': 'node2',
      'fd02:9a01::3': 'node1 → node3',
    });
    expect(said).toMatchInlineSnapshot();
    expect((await testLab.rota('verify', ringOf(5))).status).toBe(0);
  });
});
