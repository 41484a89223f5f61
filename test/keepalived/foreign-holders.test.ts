import { expect, test } from 'vitest';
import { type AskedNode, foreignHolders } from '#keepalived/foreign-holders.ts';

const VIP = 'fd02:9a01::1';
const STRANGER = '02:00:00:00:00:99';

function look(name: string, mac: string, seen: Partial<AskedNode['seen']> = {}): AskedNode {
  const nothing = { running: 1, uptime: 9, addresses: [], checks: {}, statuses: {}, log: [] };
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
