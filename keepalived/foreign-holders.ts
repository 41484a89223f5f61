import type { Claim } from './reads/adverts.ts';
import type { VipSample } from './reads/vip-sample.ts';

/** One look at a node, and the VIPs that it asked for. */
export interface AskedNode {
  readonly name: string;
  readonly seen: VipSample;
  readonly asked: readonly string[];
}

/** Somebody outside of the ring who answers for a VIP of it. */
export interface ForeignHolder {
  readonly vip: string;
  /** "02:00:0a:4d:00:64, seen from node1 and node2". */
  readonly text: string;
}

/**
 * VIPs that no node of a whole ring holds, and that are answered for all the same: to a ping, or, by
 * who drops those, to neighbour discovery and ARP. An entry of a node's own card is one of before.
 */
export function foreignHolders(ring: readonly AskedNode[]): readonly ForeignHolder[] {
  const held = new Set(ring.flatMap(({ seen }) => seen.addresses.map(({ address }) => address)));
  const own = new Set(ring.map(({ seen }) => seen.mac));
  const vips = [...new Set(ring.flatMap(({ asked }) => asked))];
  return vips
    .filter((vip) => !held.has(vip))
    .flatMap((vip) => {
      const heard = ring.filter(({ seen }) => isAnswered(vip, seen, own));
      if (heard.length === 0) return [];
      const cards = new Set(heard.map(({ seen }) => seen.neighbours[vip]));
      const from = heard.map(({ name }) => name).join(' and ');
      return [{ vip, text: `${[...cards].join(' and ')}, seen from ${from}` }];
    });
}

function isAnswered(vip: string, seen: VipSample, own: ReadonlySet<string>): boolean {
  // None for what the node itself held a moment before.
  const card = seen.neighbours[vip];
  if (card === undefined || own.has(card)) return false;
  return seen.reached.includes(vip) || seen.reachable.includes(vip);
}

/** Answers that the nodes of a whole ring have heard of others, also for VIPs that one of them holds. */
export function foreignClaims(
  ring: readonly (AskedNode & { readonly claims: readonly Claim[] })[],
): readonly ForeignHolder[] {
  const own = new Set(ring.map(({ seen }) => seen.mac));
  const claims = ring.flatMap(({ name, asked, claims: heard }) =>
    heard
      .filter(({ address, mac }) => asked.includes(address) && !own.has(mac))
      .map(({ address, mac }) => ({ vip: address, text: `${mac}, heard on ${name}` })),
  );
  return [...new Map(claims.map((claim) => [claim.vip, claim])).values()];
}
