import type { Instance } from './instances.ts';
import { type Advert, isToGroup } from './reads/adverts.ts';

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
