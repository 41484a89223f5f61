import { vipsOf } from '#keepalived/node-address.ts';
import { ringOf } from '#keepalived/ring.ts';
import { parseWatchLine } from '#keepalived/watch/prober.ts';
import { followScript } from '#keepalived/watch/script.ts';
import type { Node, RingStatus } from './status.ts';

/** What a node holds, and when that was known. */
export interface HeldNow {
  readonly node: string;
  readonly vips: readonly string[];
  readonly at: Date;
}

/** POSIX sh by which a node tells which VIPs it holds: at once, and whenever that changes, until its stdin ends. */
export function followVips(member: Node, members: readonly Node[]): string {
  const vips = vipsOfRing(member, members);
  return followScript({ interface: member.vars.vrrp_interface, vips });
}

/** The VIPs of its ring that a node holds, by a line of that; undefined for a line that says nothing. */
export function vipsIn(
  line: string,
  member: Node,
  members: readonly Node[],
): readonly string[] | undefined {
  const told = parseWatchLine(line);
  if (told?.kind !== 'state') return undefined;
  return vipsOfRing(member, members).filter((vip) => told.held.has(vip));
}

function vipsOfRing(member: Node, members: readonly Node[]): readonly string[] {
  return vipsOf(member.vars, ringOf(member, members).length);
}

/** The rings with what a node holds now, until all is looked at again. A node that did not answer stays unknown. */
export function withHeld(rings: readonly RingStatus[], now: HeldNow): readonly RingStatus[] {
  return rings.map((ring) => {
    const nodes = ring.nodes.map((node) =>
      node.node === now.node && node.failure === undefined ? { ...node, holds: now.vips } : node,
    );
    return { ...ring, nodes, vips: ring.vips.map((vip) => moved(vip, nodes, now)) };
  });
}

type Vip = RingStatus['vips'][number];

/** Who is next after a move is known by the next look only. */
function moved(vip: Vip, nodes: RingStatus['nodes'], { at }: HeldNow): Vip {
  const holders = nodes.filter(({ holds }) => holds.includes(vip.vip)).map(({ node }) => node);
  if (holders.join() === vip.holders.join()) return vip;
  const { heir: _, since: __, ...rest } = vip;
  return { ...rest, holders, ...(holders.length === 1 ? { since: at.toISOString() } : {}) };
}
