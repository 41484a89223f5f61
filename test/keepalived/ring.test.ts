import { expect, test } from 'vitest';
import { expectedHolders } from '#keepalived/expected-holders.ts';
import { ringInstances } from '#keepalived/instances.ts';
import { defaultLadder, priorityOf } from '#keepalived/ladder.ts';
import { rings } from '#keepalived/ring.ts';
import { dualNodes, first, guideNodes, ipv4Nodes, members, someNodes } from './members.ts';

test.for<[number, readonly number[]]>([
  [1, [200]],
  [2, [200, 150]],
  [3, [200, 150, 50]],
  [4, [200, 150, 100, 50]],
  [5, [200, 150, 117, 83, 50]],
  [7, [200, 150, 130, 110, 90, 70, 50]],
])('the ladder of %i nodes is %j', ([nodes, expected]) => {
  expect(defaultLadder(nodes)).toEqual(expected);
});

test('a ladder has no step twice up to 102 nodes', () => {
  expect(new Set(defaultLadder(102)).size).toBe(102);
});

test('three nodes have the guide’s priorities', () => {
  const table = [1, 2, 3].map((vip) =>
    [1, 2, 3].map((node) => priorityOf(vip, node, [200, 150, 50])),
  );
  expect(table).toEqual([
    [200, 50, 150],
    [150, 200, 50],
    [50, 150, 200],
  ]);
});

test.for([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
  'in a ring of %i every VIP has each step once, and every node leads as many VIPs',
  (nodes) => {
    const ladder = defaultLadder(nodes);
    const all = Array.from({ length: nodes }, (_, index) => index + 1);
    for (let vip = 1; vip <= 3 * nodes; vip += 1) {
      const steps = all.map((node) => priorityOf(vip, node, ladder));
      expect(steps.toSorted((one, other) => other - one)).toEqual(ladder);
      expect(steps.indexOf(200)).toBe((vip - 1) % nodes);
    }
  },
);

test('with twice as many VIPs as nodes, the VIPs of a failed node go to different ones', () => {
  const nodes = someNodes(5, { vrrp_vips: 10 });
  const able = new Set(['n2', 'n3', 'n4', 'n5']);
  const moved = expectedHolders(nodes, able).filter(({ instance }) =>
    ['VI_1', 'VI_6'].includes(instance),
  );
  expect(moved.map(({ holder }) => holder)).toEqual(['n5', 'n2']);
});

test('the part of a node in its ring', () => {
  const nodes = guideNodes({ vrrp_vips: 2, vrrp_peer_order: ['node3', 'node2', 'node1'] });
  const node = nodes[1];
  if (node === undefined) throw new Error('there are three nodes');
  expect(ringInstances(node, nodes)).toMatchInlineSnapshot(`
    [
      {
        "interface": "srvc0",
        "name": "VI_1",
        "peers": [
          "fd02:9a01::1866:dae6:4674",
          "fd02:9a01::90b1:1c26:6aa2",
        ],
        "prefixLength": 64,
        "priority": 50,
        "routerId": 10,
        "source": "fd02:9a01::549f:3509:8eac",
        "vip": "fd02:9a01::1",
      },
      {
        "interface": "srvc0",
        "name": "VI_2",
        "peers": [
          "fd02:9a01::1866:dae6:4674",
          "fd02:9a01::90b1:1c26:6aa2",
        ],
        "prefixLength": 64,
        "priority": 200,
        "routerId": 20,
        "source": "fd02:9a01::549f:3509:8eac",
        "vip": "fd02:9a01::2",
      },
    ]
  `);
});

test('a node alone has a VIP, and sends its adverts nowhere', () => {
  const node = first(someNodes(1));
  expect(ringInstances(node, [node])).toMatchInlineSnapshot(`
    [
      {
        "interface": "srvc0",
        "name": "VI_1",
        "peers": [
          "ff01::12",
        ],
        "prefixLength": 64,
        "priority": 200,
        "routerId": 10,
        "source": "fd02:9a01::200:0:1",
        "vip": "fd02:9a01::1",
      },
    ]
  `);
});

const mac = (last: number) => `02:00:00:00:00:0${last}`;

test('nodes that share a VIP are a ring, also through others', () => {
  const nodes = members({
    a: { vrrp_mac: mac(1), vrrp_vips: ['fd02:9a01::1'] },
    b: { vrrp_mac: mac(2), vrrp_vips: ['fd02:9a01::2'] },
    c: { vrrp_mac: mac(3), vrrp_vips: ['fd02:9a01::9'] },
    d: { vrrp_mac: mac(4), vrrp_vips: ['fd02:9a01::2', 'fd02:9a01::1'] },
  });
  expect(rings(nodes)).toEqual([['a', 'b', 'd'], ['c']]);
});

test('nodes of one network whose VIPs are counted are a ring', () => {
  const nodes = members({
    a: { vrrp_mac: mac(1) },
    b: { vrrp_mac: mac(2), vrrp_virt: 2 },
    c: { vrrp_mac: mac(3), vrrp_vips: 2 },
    d: { vrrp_mac: mac(4), vrrp_virt: 2 },
  });
  expect(rings(nodes)).toEqual([
    ['a', 'c'],
    ['b', 'd'],
  ]);
});

test.for<[readonly string[], readonly (string | undefined)[]]>([
  [
    ['node1', 'node2', 'node3'],
    ['node1', 'node2', 'node3'],
  ],
  [
    ['node2', 'node3'],
    ['node3', 'node2', 'node3'],
  ],
  [
    ['node1', 'node3'],
    ['node1', 'node1', 'node3'],
  ],
  [['node2'], ['node2', 'node2', 'node2']],
  [[], [undefined, undefined, undefined]],
])('while %j are able to, the VIPs belong to %j', ([able, expected]) => {
  const holders = expectedHolders(guideNodes(), new Set(able));
  expect(holders.map(({ holder }) => holder)).toEqual(expected);
});

test('between equal priorities the higher address holds the VIP', () => {
  const nodes = guideNodes({ vrrp_ladder: [100, 100, 100] });
  const holders = expectedHolders(nodes, new Set(['node1', 'node2', 'node3']));
  expect(holders.map(({ holder }) => holder)).toEqual(['node1', 'node1', 'node1']);
});

test.for<[number, number, readonly string[]]>([
  [1, 1, ['n1']],
  [1, 3, ['n1', 'n1', 'n1']],
  [2, 1, ['n1']],
  [2, 3, ['n1', 'n2', 'n1']],
  [3, 2, ['n1', 'n2']],
  [5, 3, ['n1', 'n2', 'n3']],
  [5, 7, ['n1', 'n2', 'n3', 'n4', 'n5', 'n1', 'n2']],
  [7, 4, ['n1', 'n2', 'n3', 'n4']],
])('%i nodes hold %i VIPs', ([nodes, vips, expected]) => {
  const ring = someNodes(nodes, { vrrp_vips: vips });
  const able = new Set(ring.map(({ host }) => host.name));
  expect(expectedHolders(ring, able).map(({ holder }) => holder)).toEqual(expected);
});

test.for([2, 3, 5, 7])(
  'of %i nodes, all instances of a VIP agree, and name all others as peers',
  (nodes) => {
    const ring = someNodes(nodes, { vrrp_vips: nodes + 2 });
    const parts = ring.map((node) => ringInstances(node, ring));
    for (const [at, { vip, routerId, name }] of (parts[0] ?? []).entries()) {
      const part = parts.map((instances) => instances[at]);
      expect(part.map((one) => [one?.vip, one?.routerId, one?.name])).toEqual(
        part.map(() => [vip, routerId, name]),
      );
      expect(new Set(part.map((one) => one?.priority)).size).toBe(nodes);
      const sources = part.map((one) => one?.source);
      for (const one of part) {
        expect(one?.peers).toEqual(sources.filter((source) => source !== one?.source));
      }
    }
  },
);

test('VIP i is on the same node in both families, whoever is able to', () => {
  const vips4 = ['192.0.2.101', '192.0.2.102', '192.0.2.103'];
  const ring = dualNodes(3, { vrrp_vips4: vips4 });
  for (const able of [['n1', 'n2', 'n3'], ['n2', 'n3'], ['n1']]) {
    const found = expectedHolders(ring, new Set(able)).map(({ holder }) => holder);
    expect(found.slice(3)).toEqual(found.slice(0, 3));
  }
});

test('nodes that share an IPv4 VIP are a ring', () => {
  const one = ipv4Nodes(2);
  const other = ipv4Nodes(4, { vrrp_vips4: ['192.0.2.102'] }).slice(2);
  expect(rings([...one, ...other])).toEqual([
    ['n1', 'n2'],
    ['n3', 'n4'],
  ]);
});
