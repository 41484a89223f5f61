import type { Meanwhile } from '#engine/model/rollout.ts';
import { type Family, familyOf } from './address.ts';
import { familiesOf } from './families.ts';
import { defaultLadder, priorityOf } from './ladder.ts';
import { nodeAddress, ownAddresses, prefixLengthOf, vipsOfFamily } from './node-address.ts';
import { parseConfig } from './parse-config.ts';
import { peersOf, ringOf } from './ring.ts';
import type { KeepalivedVars, Node } from './vars.ts';

/** One VRRP instance of one node: its part in one VIP. */
export interface Instance {
  readonly name: string;
  readonly interface: string;
  readonly priority: number;
  readonly routerId: number;
  /** The node's own address; undefined where keepalived takes one that the inventory does not know. */
  readonly source: string | undefined;
  /** Where its adverts go: the addresses of the other nodes, or, for a node alone, nowhere. */
  readonly peers: readonly string[];
  readonly vip: string;
  readonly prefixLength: number;
}

/**
 * The instances of a node, one for each VIP of its ring, in the ring's order: IPv6, then IPv4. VIP i
 * has the same priority and router id in both families, so that both are on one node.
 */
export function ringInstances(member: Node, members: readonly Node[]): readonly Instance[] {
  const { vars, host } = member;
  const ring = ringOf(member, members);
  const node = ring.findIndex((other) => other.host.name === host.name) + 1;
  const ladder = (vars.vrrp_ladder ?? defaultLadder(ring.length)).slice(0, ring.length);
  const peers = peersOf(member, ring);
  return familiesOf(vars).flatMap((family) =>
    vipsOfFamily(vars, ring.length, family).map((vip, index) => ({
      name: nameOf(index + 1, family),
      interface: vars.vrrp_interface,
      priority: priorityOf(index + 1, node, ladder),
      routerId: routerIdOf(vars, index + 1),
      source: nodeAddress(vars, family),
      peers:
        peers.length === 0 && vars.keepalived_profile === 'default'
          ? [NOWHERE[family]]
          : peers.map((peer) => nodeAddress(peer.vars, family)),
      vip,
      prefixLength: prefixLengthOf(vars, family),
    })),
  );
}

/**
 * Unicast to an address that leaves no machine: a node alone speaks to nobody, and hears nobody, also
 * not who uses its router id. Interface-local, to a group that nobody joins (RFC 4291, section 2.7).
 */
const NOWHERE = { 6: 'ff01::12', 4: '127.0.0.1' } as const;

/** The same as a phase has them: some of another priority, some left out. */
export function instancesIn(
  node: Node,
  members: readonly Node[],
  meanwhile: Meanwhile,
): readonly Instance[] {
  return ringInstances(node, members)
    .map((one) => ({ ...one, priority: meanwhile.get(one.name) ?? one.priority }))
    .filter(({ priority }) => priority > 0);
}

/** VI_1 and VI_1_4 are the two families of VIP 1. */
function nameOf(vip: number, family: Family): string {
  return family === 4 ? `VI_${vip}_4` : `VI_${vip}`;
}

/** 10, 20, 30 … as in the guide. There is no such number for a 26th VIP: lint asks for a list then. */
export function routerIdOf(vars: KeepalivedVars, vip: number): number {
  return vars.vrrp_router_ids?.[vip - 1] ?? 10 * vip;
}

/**
 * What a configuration makes of a node, one for each VIP, as `ringInstances` does from the inventory.
 * Where it names no source, keepalived takes the interface's own.
 */
export function instancesOf(configuration: string, { vars }: Node): readonly Instance[] {
  const own = ownAddresses(vars);
  return parseConfig(configuration).instances.flatMap((instance) =>
    instance.vips.map(({ address, prefixLength }) => ({
      name: instance.name,
      interface: instance.interface,
      priority: instance.priority,
      routerId: instance.routerId,
      source: instance.source ?? own.find((one) => familyOf(one) === familyOf(address)),
      peers: instance.peers,
      vip: address,
      prefixLength,
    })),
  );
}
