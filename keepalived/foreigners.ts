import type { Instance } from './instances.ts';
import { type Advert, type Claim, isToGroup } from './reads/adverts.ts';
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

/** What one node of a ring has heard, and the addresses that it has. */
export interface Listener {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly heard: readonly Advert[];
}

/** Somebody outside of the ring who speaks with a router id of it. */
export interface ForeignRouter {
  readonly routerId: number;
  /** "adverts from fe80::f with priority 77, heard on node1, node2". */
  readonly text: string;
}

/**
 * Routers that are no node of the ring, and yet speak with one of its router ids: each named once. All
 * nodes of the ring are needed, also those that heard nothing: what they send themselves is not foreign.
 */
export function foreignRouters(
  ring: readonly Listener[],
  instances: readonly Pick<Instance, 'source' | 'vip' | 'routerId'>[],
): readonly ForeignRouter[] {
  const ours = new Set([
    ...instances.map(({ source }) => source),
    ...ring.flatMap(({ addresses }) => addresses),
  ]);
  const used = new Set(instances.map(({ vip, routerId }) => keyOf(vip, routerId)));
  const heard = ring.flatMap((node) =>
    advertsTo(node)
      .filter(({ source, routerId }) => !ours.has(source) && used.has(keyOf(source, routerId)))
      .map((advert) => ({ node: node.name, advert })),
  );
  const groups = Map.groupBy(heard, ({ advert }) => `${advert.routerId} ${advert.source}`);
  return [...groups.values()].flatMap(([one, ...more]) => {
    if (one === undefined) return [];
    const { routerId, source, priority } = one.advert;
    const by = [...new Set([one, ...more].map(({ node }) => node))].join(', ');
    return [{ routerId, text: `adverts from ${source} with priority ${priority}, heard on ${by}` }];
  });
}

/** Adverts that the node itself, or all, are to hear: others may pass by in promiscuous mode. */
function advertsTo({ addresses, heard }: Listener): readonly Advert[] {
  return heard.filter((advert) => isToGroup(advert) || addresses.includes(advert.destination));
}

/** IPv4 and IPv6 each have router ids of their own (RFC 9568, section 5.2.3). */
function keyOf(address: string, routerId: number): string {
  return `${address.includes(':') ? 6 : 4} ${routerId}`;
}
