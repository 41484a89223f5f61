import { expect, test } from 'vitest';
import type { ContinuityEvent, WatchedEvent } from '#engine/rollout/events.ts';
import { describeInLab } from './support/lab.ts';
import { ringInventory } from './support/ring-inventory.ts';
import type { RotaOutput } from './support/test-lab.ts';

const VIPS = ['fd02:9a01::1', 'fd02:9a01::2', 'fd02:9a01::3'];

type Told = WatchedEvent | ContinuityEvent;

/** How the VIPs fared in each rollout of a command: who held each, in turn, and what was said before. */
function coursesIn({ stdout }: RotaOutput) {
  const lines = stdout.trim().split('\n');
  const events = lines.map((line): Told => JSON.parse(line));
  const told = events.filter(({ type }) => type === 'watched' || type === 'continuity');
  return told.flatMap((end, at) => {
    if (end.type !== 'continuity') return [];
    const steps = told.slice(0, at + 1);
    const begin = steps.findLastIndex(({ type }, step) => step < at && type === 'continuity') + 1;
    return [{ owners: ownersIn(steps.slice(begin)), said: end.impacts.map(({ text }) => text) }];
  });
}

/** Who held each VIP first, and after each step: within one a busy machine may let the wrong backup be first. */
function ownersIn(steps: readonly Told[]): Readonly<Record<string, string>> {
  const vips = Map.groupBy(
    steps.flatMap(({ watched }) => watched),
    ({ name }) => name,
  );
  const owners = [...vips].map(([vip, seen]) => {
    const all = [seen[0]?.owners[0], ...seen.map((one) => one.owners.at(-1))];
    const hosts = all.map((owner) => owner?.host).filter((host) => host !== undefined);
    return [vip, hosts.filter((host, at) => host !== hosts[at - 1]).join(' → ')] as const;
  });
  return Object.fromEntries(owners);
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
    expect(coursesIn(run)).toEqual([
      {
        owners: {
          'fd02:9a01::1': 'node1',
          'fd02:9a01::2': 'node2',
          'fd02:9a01::3': 'node1 → node3',
        },
        said: [
          'reload, no VIP moves',
          'reload, no VIP moves; then reload, fd02:9a01::3 moves from node1 to node3',
          'started, no VIP moves',
          'started, no VIP moves',
          'started, no VIP moves',
        ],
      },
    ]);
    const verified = await testLab.rota('verify', ringOf(5));
    expect(verified.status, verified.stdout).toBe(0);
  });

  test('without its third node moves that node’s VIP, once, straight to its new holder', async () => {
    const dry = await testLab.rota('remove', ringOf(5), 'node3', '--dry-run');
    expect(dry.status, dry.stdout).toBe(2);
    const run = await testLab.rota('remove', ringOf(5), 'node3', '--json');
    expect(run.status, run.stdout).toBe(0);
    const courses = coursesIn(run);
    expect(courses.map(({ owners }) => owners)).toEqual([
      {
        'fd02:9a01::1': 'node1',
        'fd02:9a01::2': 'node2',
        'fd02:9a01::3': 'node3 → node4',
      },
      { 'fd02:9a01::1': 'node1', 'fd02:9a01::2': 'node2', 'fd02:9a01::3': 'node4' },
    ]);
    expect(courses.map(({ said }) => said)).toMatchInlineSnapshot(`
      [
        [
          "reload, no VIP moves",
          "reload, no VIP moves",
          "reload, no VIP moves",
          "stopped, fd02:9a01::3 moves from node3 to node4",
        ],
        [
          "reload, no VIP moves",
          "reload, no VIP moves",
          "reload, no VIP moves",
          "reload, no VIP moves",
        ],
      ]
    `);
  });
});
