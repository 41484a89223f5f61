import { broadcastOf, type Family, networkOf } from './address.ts';
import { familiesOf } from './families.ts';
import { nodeAddress } from './node-address.ts';
import { addressVariable, named, originOf, type Problem } from './problem.ts';
import type { Node } from './vars.ts';

/** The longest prefix that leaves the MAC in one piece: it has the last 48 bits. */
const LONGEST_WITH_MAC = 80;

/** Nodes that have the same MAC or address as one before them, or one that no host can have. */
export function lintAddresses(members: readonly Node[]): readonly Problem[] {
  const macs = new Map<string, Node>();
  const addresses = new Map<string, Map<string, Node>>();
  return members.flatMap((node) => [
    ...sameMac(node, macs),
    ...familiesOf(node.vars).flatMap((family) => sameAddress(node, family, addresses)),
    ...cutMac(node),
    ...noHost(node),
  ]);
}

/** `before`: by MAC, the first node that has it. */
function sameMac(node: Node, before: Map<string, Node>): readonly Problem[] {
  const mac = node.vars.vrrp_mac;
  const other = mac === undefined ? undefined : before.get(mac);
  if (mac !== undefined && other === undefined) before.set(mac, node);
  if (other === undefined) return [];
  const fix = `${named(other, 'vrrp_mac')} has it too: give each node that of its own card.`;
  return [{ what: 'Two nodes have the same MAC address', origin: originOf(node, 'vrrp_mac'), fix }];
}

/** `before`: by address, the nodes that have it; of those with one MAC, which is what to mend, the first. */
function sameAddress(
  node: Node,
  family: Family,
  before: Map<string, Map<string, Node>>,
): readonly Problem[] {
  const address = nodeAddress(node.vars, family);
  const known = before.get(address) ?? new Map<string, Node>();
  before.set(address, known);
  const own = (family === 6 ? node.vars.vrrp_mac : undefined) ?? node.host.name;
  const other = known.entries().find(([key]) => key !== own)?.[1];
  if (!known.has(own)) known.set(own, node);
  if (other === undefined) return [];
  const origin = originOf(node, addressVariable(node, family));
  const fix = `${named(other, addressVariable(other, family))} has it too: give each node its own.`;
  return [{ what: 'Two nodes have the same address', origin, fix }];
}

function cutMac(node: Node): readonly Problem[] {
  const { vrrp_address: address, vrrp_prefix_length: length } = node.vars;
  if (address !== undefined || length <= LONGEST_WITH_MAC || !familiesOf(node.vars).includes(6))
    return [];
  const what = 'The prefix is so long that it takes in a part of the MAC';
  const fix = `Set vrrp_prefix_length to ${LONGEST_WITH_MAC} or less, or give each node a vrrp_address.`;
  return [{ what, origin: originOf(node, 'vrrp_prefix_length'), fix }];
}

function noHost(node: Node): readonly Problem[] {
  if (!familiesOf(node.vars).includes(4)) return [];
  const length = node.vars.vrrp_prefix_length4;
  const address = nodeAddress(node.vars, 4);
  const ends = [networkOf(address, length), broadcastOf(address, length)];
  if (!ends.includes(address)) return [];
  const what = 'The address of the node is the first or last one of its network';
  const fix = `Use one between ${ends.join(' and ')}, or mend vrrp_prefix_length4, which is ${length}.`;
  return [{ what, origin: originOf(node, 'vrrp_address4'), fix }];
}
