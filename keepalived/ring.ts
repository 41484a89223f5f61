import { vipsOf } from './node-address.ts';
import type { Node } from './vars.ts';

/** The rings, as host names in inventory order: nodes that share a VIP, directly or through others. */
export function rings(members: readonly Node[]): readonly (readonly string[])[] {
  return ringsOf(members).map((ring) => ring.map(({ host }) => host.name));
}

/** The members of the ring that the node is in, itself included, in inventory order. */
export function ringOf(member: Node, members: readonly Node[]): readonly Node[] {
  return knownRings(members).byName.get(member.host.name) ?? [member];
}

/** The rings as members. A default number of VIPs counts as one here: its nodes share the first. */
export function ringsOf(members: readonly Node[]): readonly (readonly Node[])[] {
  return knownRings(members).rings;
}

interface Rings {
  readonly rings: readonly (readonly Node[])[];
  /** The ring of each host. */
  readonly byName: ReadonlyMap<string, readonly Node[]>;
}

const known = new WeakMap<readonly Node[], Rings>();

/** Of all members together: each of them asks for its own ring, more than once. */
function knownRings(members: readonly Node[]): Rings {
  const found = known.get(members);
  if (found !== undefined) return found;
  const rings = findRings(members);
  const byName = new Map(rings.flatMap((ring) => ring.map(({ host }) => [host.name, ring])));
  known.set(members, { rings, byName });
  return { rings, byName };
}

/** The rings in the order of their first nodes. */
function findRings(members: readonly Node[]): readonly (readonly Node[])[] {
  const firsts = new Map<string, number>();
  /** By member: another one of its ring before it, or itself. */
  const leaders: number[] = [];
  for (const [index, { vars }] of members.entries()) {
    leaders.push(index);
    for (const vip of vipsOf(vars, 1)) {
      const first = firsts.get(vip);
      if (first === undefined) firsts.set(vip, index);
      else join(first, index, leaders);
    }
  }
  return [...Map.groupBy(members, (_, index) => leaderOf(index, leaders)).values()];
}

function join(one: number, other: number, leaders: number[]): void {
  const [first, second] = [leaderOf(one, leaders), leaderOf(other, leaders)];
  leaders[Math.max(first, second)] = Math.min(first, second);
}

/** The first node of a member's ring; the way to it is shorter the next time. */
function leaderOf(index: number, leaders: number[]): number {
  let at = index;
  for (let next = leaders[at] ?? at; next !== at; next = leaders[at] ?? at) {
    leaders[at] = leaders[next] ?? next;
    at = next;
  }
  return at;
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
