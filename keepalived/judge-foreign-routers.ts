import type { Finding } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import { ringInstances } from './instances.ts';
import type { NodeSample, SeenNode } from './node-sample.ts';
import { type Advert, isToGroup } from './reads/adverts.ts';

/** Routers that are no node of the ring, and yet speak with one of its router ids: each named once. */
export function judgeForeignRouters(
  samples: readonly NodeSample[],
  nodes: readonly SeenNode[],
): readonly Finding[] {
  const ring = samples[0]?.ring ?? [];
  const desired = ring.flatMap((member) => ringInstances(member, ring));
  const instances = [...desired, ...nodes.flatMap((node) => node.instances)];
  const ours = new Set([
    ...instances.map(({ source }) => source),
    ...nodes.flatMap(({ seen }) => seen.addresses.map(({ address }) => address)),
  ]);
  const used = new Set(instances.map(({ vip, routerId }) => keyOf(vip, routerId)));
  const heard = nodes.flatMap((node) =>
    advertsTo(node)
      .filter(({ source, routerId }) => !ours.has(source) && used.has(keyOf(source, routerId)))
      .map((advert) => ({ node: node.name, advert })),
  );
  const groups = Map.groupBy(heard, ({ advert }) => `${advert.routerId} ${advert.source}`);
  return [...groups.values()].flatMap(([one, ...more]) => {
    if (one === undefined) return [];
    const { routerId, source, priority } = one.advert;
    const by = [...new Set([one, ...more].map(({ node }) => node))].join(', ');
    return [
      {
        what: `VRID ${routerId}`,
        expected: 'used by the ring alone',
        seen: `adverts from ${source} with priority ${priority}, heard on ${by}`,
      },
    ];
  });
}

/** Adverts that the node itself, or all, are to hear: others may pass by in promiscuous mode. */
function advertsTo({ sample, seen }: SeenNode): readonly Advert[] {
  if (sample.probe === undefined || sample.probe instanceof Failure) return [];
  const own = new Set(seen.addresses.map(({ address }) => address));
  return sample.probe.heard.filter((advert) => isToGroup(advert) || own.has(advert.destination));
}

/** IPv4 and IPv6 each have router ids of their own (RFC 9568, section 5.2.3). */
function keyOf(address: string, routerId: number): string {
  return `${address.includes(':') ? 6 : 4} ${routerId}`;
}
