import { expect, test } from 'vitest';
import {
  type AskedNode,
  foreignHolders,
  foreignRouters,
  type Listener,
} from '#keepalived/foreigners.ts';

const VIP = 'fd02:9a01::1';
const STRANGER = '02:00:00:00:00:99';

function look(name: string, mac: string, seen: Partial<AskedNode['seen']> = {}): AskedNode {
  const nothing = {
    running: 1,
    uptime: 9,
    addresses: [],
    checks: {},
    statuses: {},
    answers: {},
    log: [],
  };
  const asked = { reached: [], reachable: [], neighbours: {} };
  return { name, seen: { ...nothing, ...asked, mac, ...seen }, asked: [VIP] };
}

const told = (...looks: readonly AskedNode[]) => foreignHolders(looks).map(({ text }) => text);

test('who answers a ping for a VIP that no node holds is told by its card', () => {
  const seen = { reached: [VIP], reachable: [VIP], neighbours: { [VIP]: STRANGER } };
  expect(told(look('node1', 'a', seen), look('node2', 'b'), look('node3', 'c', seen))).toEqual([
    `${STRANGER}, seen from node1 and node3`,
  ]);
});

test('who drops pings is told by neighbour discovery and ARP', () => {
  const seen = { reachable: [VIP], neighbours: { [VIP]: STRANGER } };
  expect(told(look('node1', 'a', seen))).toEqual([`${STRANGER}, seen from node1`]);
});

test('an entry that nobody has confirmed, and one of a node of the ring, are of before', () => {
  const old = look('node1', 'a', { neighbours: { [VIP]: STRANGER } });
  const own = look('node2', 'b', { reached: [VIP], reachable: [VIP], neighbours: { [VIP]: 'a' } });
  expect(told(old, own)).toEqual([]);
});

test('a VIP that a node of the ring holds is answered for by that node', () => {
  const held = { address: VIP, interface: 'srvc0', prefixLength: 64, usable: true };
  const seen = { reached: [VIP], reachable: [VIP], neighbours: { [VIP]: 'a' } };
  expect(told(look('node1', 'a', { addresses: [held] }), look('node2', 'b', seen))).toEqual([]);
});

const [ONE, TWO, GROUP] = ['fd02:9a01::a', 'fd02:9a01::b', 'ff02::12'];
const INSTANCES = [
  { vip: 'fd02:9a01::1', source: ONE, routerId: 10 },
  { vip: '192.0.2.1', source: '192.0.2.11', routerId: 51 },
];

/** What is told when node1 has heard an advert, and node2 nothing. */
function routers(source: string, destination: string, routerId: number): readonly string[] {
  const ring: readonly Listener[] = [
    {
      name: 'node1',
      addresses: [ONE, 'fe80::a'],
      heard: [{ source, destination, routerId, priority: 77 }],
    },
    { name: 'node2', addresses: [TWO, 'fe80::b'], heard: [] },
  ];
  return foreignRouters(ring, INSTANCES).map(({ routerId: id, text }) => `${id}: ${text}`);
}

test('who speaks with a router id of the ring to all, or to a node of it, is told', () => {
  const text = '10: adverts from fe80::f with priority 77, heard on node1';
  expect(routers('fe80::f', GROUP, 10)).toEqual([text]);
  expect(routers('fe80::f', ONE, 10)).toEqual([text]);
});

test('what a node of the ring sends is not foreign, also before it is of the ring', () => {
  expect(routers('fe80::b', GROUP, 10)).toEqual([]);
  expect(routers('fe80::a', GROUP, 10)).toEqual([]);
});

test('a router id of another family, or none of the ring, and what passes by, is left alone', () => {
  expect(routers('fe80::f', GROUP, 51)).toEqual([]);
  expect(routers('fe80::f', GROUP, 11)).toEqual([]);
  expect(routers('fe80::f', TWO, 10)).toEqual([]);
});
