import { vipsOf } from './node-address.ts';
import type { Node } from './vars.ts';

/** The rings, as host names in inventory order: nodes that share a VIP, directly or through others. */
export function rings(members: readonly Node[]): readonly (readonly string[])[] {
  return ringsOf(members).map((ring) => ring.map(({ host }) => host.name));
}

/** The members of the ring that the node is in, itself included, in inventory order. */
export function ringOf(member: Node, members: readonly Node[]): readonly Node[] {
  const ring = ringsOf(members).find((nodes) => nodes.some((node) => isSame(node, member)));
  return ring ?? [member];
}

/** The rings as members. A default number of VIPs counts as one here: its nodes share the first. */
export function ringsOf(members: readonly Node[]): readonly (readonly Node[])[] {
  const found: { readonly nodes: readonly Node[]; readonly vips: ReadonlySet<string> }[] = [];
  for (const member of members) {
    const vips = vipsOf(member.vars, 1);
    const touching = found.filter((ring) => vips.some((vip) => ring.vips.has(vip)));
    const nodes = [...touching.flatMap((ring) => ring.nodes), member];
    const all = new Set([...touching.flatMap((ring) => [...ring.vips]), ...vips]);
    const at =
      touching.length === 0 ? found.length : found.indexOf(touching[0] as (typeof found)[0]);
    for (const ring of touching) found.splice(found.indexOf(ring), 1);
    found.splice(at, 0, { nodes, vips: all });
  }
  return found.map(({ nodes }) => members.filter((member) => nodes.includes(member)));
}

/** The other nodes of the ring, in `vrrp_peer_order` where it is set, else in inventory order. */
export function peersOf(member: Node, ring: readonly Node[]): readonly Node[] {
  const order = member.vars.vrrp_peer_order ?? [];
  const rank = ({ host }: Node) =>
    order.includes(host.name) ? order.indexOf(host.name) : order.length;
  return ring
    .filter((node) => !isSame(node, member))
    .toSorted((one, other) => rank(one) - rank(other));
}

function isSame(one: Node, other: Node): boolean {
  return one.host.name === other.host.name;
}
