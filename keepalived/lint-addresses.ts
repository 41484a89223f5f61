import { networkOf, sameNetwork } from './address.ts';
import { nodeAddress, vipsOf } from './node-address.ts';
import { type Node, named, originOf, type Problem } from './problem.ts';

/** The longest prefix that leaves the MAC in one piece: it has the last 48 bits. */
const LONGEST_WITH_MAC = 80;

/** Nodes that have the same MAC or address as one before them. */
export function lintAddresses(members: readonly Node[]): readonly Problem[] {
  return members.flatMap((node, index) => {
    const before = members.slice(0, index);
    return [...sameMac(node, before), ...sameAddress(node, before), ...cutMac(node)];
  });
}

function sameMac(node: Node, before: readonly Node[]): readonly Problem[] {
  const mac = node.vars.vrrp_mac;
  const other = before.find(({ vars }) => mac !== undefined && vars.vrrp_mac === mac);
  if (other === undefined) return [];
  return [
    {
      what: 'Two nodes have the same MAC address',
      origin: originOf(node, 'vrrp_mac'),
      fix: `${named(other, 'vrrp_mac')} has it too: give each node that of its own card.`,
    },
  ];
}

function sameAddress(node: Node, before: readonly Node[]): readonly Problem[] {
  const { vrrp_mac: mac } = node.vars;
  const other = before.find(
    ({ vars }) =>
      nodeAddress(vars) === nodeAddress(node.vars) && (mac === undefined || vars.vrrp_mac !== mac),
  );
  if (other === undefined) return [];
  return [
    {
      what: 'Two nodes have the same address',
      origin: originOf(node, addressVariable(node)),
      fix: `${named(other, addressVariable(other))} has it too: give each node its own.`,
    },
  ];
}

function cutMac(node: Node): readonly Problem[] {
  const { vrrp_address: address, vrrp_prefix_length: length } = node.vars;
  if (address !== undefined || length <= LONGEST_WITH_MAC) return [];
  return [
    {
      what: 'The prefix is so long that it takes in a part of the MAC',
      origin: originOf(node, 'vrrp_prefix_length'),
      fix: `Set vrrp_prefix_length to ${LONGEST_WITH_MAC} or less, or give each node a vrrp_address.`,
    },
  ];
}

/** VIPs of a node's ring that are no address of its network, or somebody else's. */
export function lintVips(node: Node, ring: readonly Node[]): readonly Problem[] {
  const { vars } = node;
  const length = vars.vrrp_prefix_length;
  const vips = vipsOf(vars, ring.length);
  return vips.flatMap((vip, index) => {
    const problem = (what: string, fix: string): readonly Problem[] => [
      { what, fix, origin: originOf(node, 'vrrp_vips', [index]) },
    ];
    const owner = ring.find((other) => nodeAddress(other.vars) === vip);
    return [
      ...(sameNetwork(vip, nodeAddress(vars), length)
        ? []
        : problem(
            'A VIP is not in the network of the node',
            `Use addresses of ${networkOf(nodeAddress(vars), length)}/${length}.`,
          )),
      ...(vips.indexOf(vip) === index
        ? []
        : problem('A VIP is there twice', 'Take one of the two out of vrrp_vips.')),
      ...(vip === networkOf(vip, length)
        ? problem('A VIP is the first address of the network', 'Routers answer to it: use another.')
        : []),
      ...(owner === undefined ? [] : [taken(node, owner, index)]),
    ];
  });
}

function taken(node: Node, owner: Node, index: number): Problem {
  const listed = Array.isArray(node.vars.vrrp_vips);
  return {
    what: 'A VIP is the address of a node',
    origin: listed ? originOf(node, 'vrrp_vips', [index]) : originOf(owner, addressVariable(owner)),
    fix: listed
      ? `${named(owner, addressVariable(owner))} has it: use another VIP.`
      : `Give ${owner.host.name} another address, or list the VIPs in vrrp_vips.`,
  };
}

function addressVariable({ vars }: Node): 'vrrp_address' | 'vrrp_mac' {
  return vars.vrrp_address === undefined ? 'vrrp_mac' : 'vrrp_address';
}
