import { describe, expect, test } from 'vitest';
import type { DutyPart, RingPlan } from '#engine/model/rollout.ts';
import { reveal } from '#engine/model/secret.ts';
import { nodeChange } from '#keepalived/node-change.ts';
import { planRing } from '#keepalived/plan-ring.ts';
import { drainedBy } from '#keepalived/reads/drained.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import type { Node } from '#keepalived/vars.ts';
import { ringNode } from './changes.ts';
import { guideNodes, someNodes } from './members.ts';

interface Situation {
  /** What the ring was made from; it runs that. */
  readonly before: readonly Node[];
  readonly after: readonly Node[];
  /** Indexes of nodes on which nothing runs. */
  readonly idle?: readonly number[];
  readonly drained?: readonly number[];
  readonly targets?: readonly number[];
  /** VIPs by node; VIP i on node i, when left out. */
  readonly holds?: readonly (readonly string[])[];
  readonly isOtherPod?: boolean;
  readonly allowOutage?: boolean;
  readonly reloadable?: boolean;
}

function planIn(situation: Situation): RingPlan {
  const { before, after, idle = [], holds, targets, isOtherPod = false } = situation;
  const ring = after.map((member, index) => {
    const old = before[index];
    const runs = old !== undefined && !idle.includes(index);
    return ringNode(member, after, {
      runs: runs ? reveal(renderConfig(old, before)) : undefined,
      holds: runs ? (holds?.[index] ?? [`fd02:9a01::${index + 1}`]) : [],
      isDrained: situation.drained?.includes(index) === true,
      target: targets === undefined || targets.includes(index),
    });
  });
  return planRing(
    ring.map((node) =>
      nodeChange(node, {
        configuration: renderConfig(node, after),
        isOtherPod,
        mark: 'mark',
        reloadable: situation.reloadable ?? true,
        drained: node.facts.find(drainedBy),
      }),
    ),
    { allowOutage: situation.allowOutage ?? false },
  );
}

/** The impacts, in words. */
function impacts(situation: Situation): Readonly<Record<string, string>> {
  const { impacts: all } = planIn(situation);
  return Object.fromEntries([...all].map(([name, { text }]) => [name, text]));
}

function refusals(situation: Situation): readonly string[] {
  return planIn(situation).refusals.map(
    ({ message, where, ran }) => `${message}: ${where}: ${ran}`,
  );
}

const guide = guideNodes();

describe('order', () => {
  test('the fewer VIPs a node holds, the sooner it is changed', () => {
    const holds = [['fd02:9a01::1', 'fd02:9a01::2'], [], ['fd02:9a01::3']];
    expect(planIn({ before: guide, after: guide, holds }).order).toEqual([
      'node2',
      'node3',
      'node1',
    ]);
  });

  test('a node that runs nothing comes last, once its peers know it', () => {
    const { order, isEmpty } = planIn({ before: guide, after: guide, idle: [0] });
    expect({ order, isEmpty }).toEqual({ order: ['node2', 'node3', 'node1'], isEmpty: false });
  });

  test('an empty ring goes in the order of the inventory', () => {
    const { order, isEmpty } = planIn({ before: [], after: guide });
    expect({ order, isEmpty }).toEqual({ order: ['node1', 'node2', 'node3'], isEmpty: true });
  });
});

describe('impact', () => {
  test('none, where keepalived has it all', () => {
    expect(impacts({ before: guide, after: guide })).toEqual({
      node1: 'no reload, no VIP moves',
      node2: 'no reload, no VIP moves',
      node3: 'no reload, no VIP moves',
    });
  });

  test('a reload for another health check', () => {
    const after = guideNodes({ keepalived_garp_refresh: 5 });
    expect(impacts({ before: guide, after })).toMatchObject({ node1: 'reload, no VIP moves' });
  });

  test('a pod that is recreated moves what its node holds', () => {
    const holds = [['fd02:9a01::1'], [], ['fd02:9a01::2', 'fd02:9a01::3']];
    const before = guideNodes({ vrrp_vips: 1 });
    expect(impacts({ before: guide, after: guide, isOtherPod: true })).toMatchInlineSnapshot(`
      {
        "node1": "pod recreated on the holder of fd02:9a01::1: it moves for about 0.5 s, and the ring has one node less for about 12 s",
        "node2": "pod recreated on the holder of fd02:9a01::2: it moves for about 0.5 s, and the ring has one node less for about 12 s",
        "node3": "pod recreated on the holder of fd02:9a01::3: it moves for about 0.5 s, and the ring has one node less for about 12 s",
      }
    `);
    expect(impacts({ before, after: before, isOtherPod: true, holds })).toMatchInlineSnapshot(`
      {
        "node1": "pod recreated on the holder of fd02:9a01::1: it moves for about 0.5 s, and the ring has one node less for about 12 s",
        "node2": "pod recreated, holds no VIP: the ring has one node less for about 12 s",
        "node3": "pod recreated, holds no VIP: the ring has one node less for about 12 s",
      }
    `);
  });

  test('a file that is mounted by itself calls for a new pod', () => {
    const after = guideNodes({ keepalived_garp_refresh: 5 });
    const { impacts: all } = planIn({ before: guide, after, reloadable: false });
    expect(all.get('node1')).toMatchInlineSnapshot(`
      {
        "gapMs": 500,
        "moves": [
          "fd02:9a01::1",
        ],
        "text": "pod recreated on the holder of fd02:9a01::1: it moves for about 0.5 s, and the ring has one node less for about 12 s",
      }
    `);
  });

  test('the first start of a ring, and a single node', () => {
    expect(impacts({ before: [], after: guide })).toMatchInlineSnapshot(`
      {
        "node1": "started, takes fd02:9a01::1, takes fd02:9a01::2, takes fd02:9a01::3",
        "node2": "started, takes fd02:9a01::2 over from node1, takes fd02:9a01::3 over from node1",
        "node3": "started, takes fd02:9a01::3 over from node2",
      }
    `);
    const one = someNodes(1);
    expect(impacts({ before: one, after: one, isOtherPod: true })).toMatchInlineSnapshot(`
      {
        "n1": "pod recreated, with no other node to hold fd02:9a01::1: gone for about 16 s",
      }
    `);
  });

  test('a fourth node takes over what is its own, and the others lose nothing before', () => {
    const four = someNodes(4, { vrrp_vips: 3 });
    const three = someNodes(3, { vrrp_vips: 3 });
    expect(impacts({ before: three, after: four })).toMatchInlineSnapshot(`
      {
        "n1": "reload, no VIP moves",
        "n2": "reload, no VIP moves",
        "n3": "reload, no VIP moves",
        "n4": "started, no VIP moves",
      }
    `);
  });

  test('other priorities move VIPs without a gap', () => {
    const { impacts: all } = planIn({
      before: guide,
      after: guideNodes({ vrrp_ladder: [100, 150, 200] }),
    });
    expect([...all]).toMatchInlineSnapshot(`
      [
        [
          "node1",
          {
            "gapMs": 0,
            "moves": [
              "fd02:9a01::1",
            ],
            "text": "reload, no VIP moves; then reload, fd02:9a01::1 moves from node1 to node2",
          },
        ],
        [
          "node2",
          {
            "gapMs": 0,
            "moves": [
              "fd02:9a01::2",
            ],
            "text": "reload, no VIP moves; then reload, fd02:9a01::2 moves from node2 to node3",
          },
        ],
        [
          "node3",
          {
            "gapMs": 0,
            "moves": [
              "fd02:9a01::3",
            ],
            "text": "reload, no VIP moves; then reload, fd02:9a01::3 moves from node3 to node1",
          },
        ],
      ]
    `);
  });

  test('a drained node gets its files alone', () => {
    expect(impacts({ before: guide, after: guide, idle: [1], drained: [1] })).toMatchObject({
      node2: 'drained by ada@desk at noon, no VIP moves',
    });
  });
});

test('who is on duty is told as it was seen, and of what nobody runs yet as it is to be alone', () => {
  const holders = (parts: readonly DutyPart[] = []) =>
    parts.filter(({ isHolder }) => isHolder).map(({ host, duty }) => `${host} ${duty}`);
  const swapped = [['fd02:9a01::2'], ['fd02:9a01::1'], ['fd02:9a01::3']];
  const moved = planIn({ before: guide, after: guide, holds: swapped }).duties;
  const begun = planIn({ before: [], after: guide }).duties;
  const right = ['node1 fd02:9a01::1', 'node2 fd02:9a01::2', 'node3 fd02:9a01::3'];
  expect([moved, begun].map((one) => [one?.before, one?.after].map(holders))).toEqual([
    [['node1 fd02:9a01::2', 'node2 fd02:9a01::1', 'node3 fd02:9a01::3'], right],
    [[], right],
  ]);
});

test('of what a stranger has loaded only so much is told as a ring can have', () => {
  const lines = (count: number, text: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => text(index)).join('\n');
  const loaded = `vrrp_instance X {
  priority 1e999
  unicast_peer {
${lines(2000, (index) => `fd02::${index}`)}
  }
  virtual_ipaddress {
${'a'.repeat(100_000)}
${lines(2000, (index) => `fd03::${index}`)}
  }
}`;
  const [member] = guide;
  if (member === undefined) throw new Error('The guide has nodes');
  const node = ringNode(member, guide, { runs: loaded, holds: [], isDrained: false, target: true });
  const wanted = { configuration: renderConfig(member, guide), isOtherPod: false, mark: 'mark' };
  const to = { ...wanted, reloadable: true, drained: undefined };
  const { duties } = planRing([nodeChange(node, to)], { allowOutage: true });
  const told = duties?.before ?? [];
  expect([told.length, told[0]?.peers.length, told[0]?.rank]).toEqual([510, 64, 0]);
});

describe('phases', () => {
  const other = guideNodes({ vrrp_router_ids: [11, 20, 30] });
  const without = (name: string) =>
    new Map(guide.map(({ host }) => [host.name, new Map([[name, 0]])]));

  test('one, where old and new can stand side by side', () => {
    const more = guideNodes({ vrrp_vips: 4 });
    expect(planIn({ before: guide, after: more }).phases).toEqual([
      { title: 'change', meanwhile: new Map(), gone: [] },
    ]);
    const fewer = guideNodes({ vrrp_vips: 2 });
    expect(planIn({ before: guide, after: fewer }).phases).toEqual([
      { title: 'change', meanwhile: new Map(), gone: ['fd02:9a01::3'] },
    ]);
  });

  test('two where a node in between would take a VIP that goes to a new one', () => {
    const [two, five] = [someNodes(2, { vrrp_vips: 3 }), someNodes(5, { vrrp_vips: 3 })];
    const situation = { before: two, after: five, holds: [['fd02:9a01::1', 'fd02:9a01::3']] };
    const { order, phases, isAllOrNothing } = planIn(situation);
    expect({ order, isAllOrNothing }).toEqual({
      order: ['n2', 'n1', 'n5', 'n4', 'n3'],
      isAllOrNothing: false,
    });
    const none = new Map();
    const others = ['n5', 'n4', 'n3'].map((name) => [name, none] as const);
    expect(phases).toEqual([
      {
        title: 'hand over',
        meanwhile: new Map([['n2', none], ['n1', new Map([['VI_3', 200]])], ...others]),
        gone: [],
      },
      { title: 'change', meanwhile: none, gone: [] },
    ]);
    expect(impacts(situation)).toEqual({
      n1: 'reload, no VIP moves; then reload, fd02:9a01::3 moves from n1 to n3',
      n2: 'reload, no VIP moves',
      n3: 'started, no VIP moves',
      n4: 'started, no VIP moves',
      n5: 'started, no VIP moves',
    });
  });

  test('two for a new VIP of a new node, which nobody else knows before', () => {
    const situation = { before: someNodes(3), after: someNodes(4) };
    expect(planIn(situation).phases.map(({ title }) => title)).toEqual(['hand over', 'change']);
    expect(impacts(situation)).toEqual({
      n1: 'reload, no VIP moves',
      n2: 'reload, no VIP moves',
      n3: 'reload, no VIP moves',
      n4: 'started, takes fd02:9a01::4',
    });
  });

  test('two for another router id, with leave for the VIP to go away', () => {
    expect(refusals({ before: guide, after: other })).toEqual([
      'A VIP would have to go away for a while: fd02:9a01::1: VI_1: router id 10, to be 11',
    ]);
    const {
      phases,
      refusals: none,
      impacts: all,
    } = planIn({ before: guide, after: other, allowOutage: true });
    expect(none).toEqual([]);
    expect(phases).toEqual([
      { title: 'take VI_1 away', meanwhile: without('VI_1'), gone: ['fd02:9a01::1'] },
      { title: 'put VI_1 in place', meanwhile: new Map(), gone: [] },
    ]);
    expect([...all]).toMatchInlineSnapshot(`
      [
        [
          "node1",
          {
            "gapMs": 500,
            "moves": [
              "fd02:9a01::1",
            ],
            "text": "reload, fd02:9a01::1 moves from node1 to node3; then reload, takes fd02:9a01::1",
          },
        ],
        [
          "node2",
          {
            "gapMs": 0,
            "moves": [],
            "text": "reload, no VIP moves",
          },
        ],
        [
          "node3",
          {
            "gapMs": 12000,
            "moves": [
              "fd02:9a01::1",
            ],
            "text": "reload, fd02:9a01::1 is gone until the next phase; then reload, no VIP moves",
          },
        ],
      ]
    `);
  });

  test('two for another list of VIPs, and without leave, where none of them stays', () => {
    const before = guideNodes({ vrrp_vips: ['fd02:9a01::a'] });
    const after = guideNodes({ vrrp_vips: ['fd02:9a01::b'] });
    const { phases, refusals: none } = planIn({ before, after });
    expect(none).toEqual([]);
    expect(phases.map(({ meanwhile, gone }) => [meanwhile, gone])).toEqual([
      [without('VI_1'), ['fd02:9a01::a', 'fd02:9a01::b']],
      [new Map(), ['fd02:9a01::a']],
    ]);
  });

  test('two for an address of a node that its peers would not know', () => {
    const moved = guideNodes().map((node, index) =>
      index === 0 ? { ...node, vars: { ...node.vars, vrrp_address: 'fd02:9a01::77' } } : node,
    );
    expect(refusals({ before: guide, after: moved })).toHaveLength(3);
  });

  test('none of it matters to an empty ring', () => {
    const { phases, refusals: none } = planIn({ before: guide, after: other, idle: [0, 1, 2] });
    expect([phases.length, none]).toEqual([1, []]);
  });
});

describe('--limit is refused', () => {
  test('where a node that is left out would not agree', () => {
    const after = guideNodes({ vrrp_router_ids: [11, 20, 30] });
    expect(refusals({ before: guide, after, targets: [0], allowOutage: true })).toEqual([
      'A node that stays as it is would no longer agree with those that are changed: node2: node2 beside node1: VI_1: router id 10, to be 11',
      'A node that stays as it is would no longer agree with those that are changed: node3: node3 beside node1: VI_1: router id 10, to be 11',
    ]);
  });

  test('where it would not know a new node as its peer', () => {
    const vars = { vrrp_vips: 2 };
    const [before, after] = [someNodes(2, vars), someNodes(3, vars)];
    expect(refusals({ before, after, targets: [2] })).toMatchInlineSnapshot(`
      [
        "A node that stays as it is would no longer agree with those that are changed: n1: n1 beside n3: VI_1: n1 does not know n3 as a peer; VI_2: n1 does not know n3 as a peer",
        "A node that stays as it is would no longer agree with those that are changed: n2: n2 beside n3: VI_1: n2 does not know n3 as a peer; VI_2: n2 does not know n3 as a peer",
      ]
    `);
    expect(refusals({ before, after, targets: [0, 1, 2] })).toEqual([]);
  });

  test('and not where nothing that is shared changes', () => {
    const after = guideNodes({ keepalived_garp_refresh: 5 });
    expect(refusals({ before: guide, after, targets: [0] })).toEqual([]);
  });
});

/** What is said against a change of these nodes, all of which run, VIP i on node i. */
function against(members: readonly Node[], textsOf: (index: number) => readonly [string, string]) {
  const all = members.map((member, index) => {
    const [runs, configuration] = textsOf(index);
    const holds = [`fd02:9a01::${index + 1}`];
    const node = ringNode(member, members, { runs, holds, isDrained: false, target: true });
    const to = { configuration, isOtherPod: false, mark: 'mark', reloadable: true };
    return nodeChange(node, { ...to, drained: undefined });
  });
  const found = planRing(all, { allowOutage: false }).refusals;
  return found.map(({ message, where, ran, fix }) => [message, where, ran, fix]);
}

/** The configuration of a node by its place in a ring. */
function textIn(ring: readonly Node[], index: number): string {
  const node = ring[index];
  return node === undefined ? '' : reveal(renderConfig(node, ring));
}

test('what was before a node came is not gone back to while it runs on', () => {
  const ring = someNodes(3, { vrrp_vips: 2 });
  const before = ring.slice(0, 2);
  const texts = (index: number) =>
    [textIn(ring, index), textIn(before, index) || textIn(ring, index)] as const;
  expect(against(ring, texts)).toMatchInlineSnapshot(`
    [
      [
        "A node that stays as it is would no longer agree with those that are changed",
        "n3",
        "n3 beside n1: VI_1: n1 would not know n3 as a peer; VI_2: n1 would not know n3 as a peer",
        "Roll back first what came later: npm run history -- INVENTORY lists it.",
      ],
      [
        "A node that stays as it is would no longer agree with those that are changed",
        "n3",
        "n3 beside n2: VI_1: n2 would not know n3 as a peer; VI_2: n2 would not know n3 as a peer",
        "Roll back first what came later: npm run history -- INVENTORY lists it.",
      ],
    ]
  `);
});

test('two rings that run do not become one: no node would hear who holds its new VIPs', () => {
  const both = someNodes(2, { vrrp_vips: ['fd02:9a01::1', 'fd02:9a01::2'] });
  const alone = (index: number) => {
    const vars = { vrrp_vips: [`fd02:9a01::${index + 1}`], vrrp_router_ids: [10 * (index + 1)] };
    return textIn(someNodes(2, vars).slice(index, index + 1), 0);
  };
  const texts = (index: number) => [alone(index), textIn(both, index)] as const;
  expect(against(both, texts)).toMatchInlineSnapshot(`
    [
      [
        "A node that runs would come to VIPs of others, which do not know it",
        "n1",
        "fd02:9a01::2",
        "Take one of the rings down first, with the inventory that it was made from: npm run remove -- INVENTORY --all",
      ],
      [
        "A node that runs would come to VIPs of others, which do not know it",
        "n2",
        "fd02:9a01::1",
        "Take one of the rings down first, with the inventory that it was made from: npm run remove -- INVENTORY --all",
      ],
    ]
  `);
});
