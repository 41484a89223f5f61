import type { NodeChange } from './node-change.ts';
import type { ConfiguredInstance } from './parse-config.ts';

/** Something that a node has loaded and that cannot stand beside what another, or itself, is to have. */
export interface Conflict {
  /** Who has it now, and whose new configuration is concerned. */
  readonly node: string;
  readonly with: string;
  readonly loaded: ConfiguredInstance;
  readonly wanted: ConfiguredInstance;
  /** "router id 10, to be 11". */
  readonly why: readonly string[];
}

/**
 * Where old and new would both hold a VIP, if they ran side by side for a while: an advert of another
 * router id is not heard, and one with other addresses is dropped (keepalived 2.2.7: "ip address
 * associated with VRID not present in MASTER advert"), so that each believes itself alone.
 */
export function conflictsIn(ring: readonly NodeChange[]): readonly Conflict[] {
  return ring.flatMap((one) => ring.flatMap((other) => conflictsOf(one, other, ring)));
}

/** Between what one node has loaded and what the other is to have; both may be the same node. */
export function conflictsOf(
  one: NodeChange,
  other: NodeChange,
  ring: readonly NodeChange[],
): readonly Conflict[] {
  return one.loaded.flatMap((loaded) =>
    other.wanted.flatMap((wanted) => {
      if (!areRelated(loaded, wanted)) return [];
      const why = [
        ...disagreements(loaded, wanted),
        ...(one === other ? changesOfPlace(loaded, wanted, hasOthers(one, loaded, ring)) : []),
      ];
      return why.length === 0 ? [] : [{ node: one.name, with: other.name, loaded, wanted, why }];
    }),
  );
}

/** Whether they are about the same thing: one router id, or one VIP. */
export function areRelated(one: ConfiguredInstance, other: ConfiguredInstance): boolean {
  const isSameRouter = one.routerId === other.routerId && familyOf(one) === familyOf(other);
  return isSameRouter || one.vips.some(({ address }) => addressesOf(other).includes(address));
}

/** Whether a node as it is to be would not hear the adverts of what another one has loaded. */
export function isStranger({ loaded }: NodeChange, { wanted }: NodeChange): boolean {
  return loaded.some((now) => {
    const { source } = now;
    if (source === undefined) return false;
    return wanted.some((then) => areRelated(now, then) && !then.peers.includes(source));
  });
}

/** What two nodes of one VIP must have alike. */
function disagreements(loaded: ConfiguredInstance, wanted: ConfiguredInstance): readonly string[] {
  const [before, after] = [loaded, wanted].map((one) => addressesOf(one).toSorted().join(' '));
  return [
    ...said('router id', loaded.routerId, wanted.routerId),
    ...said('VIPs', before ?? '', after ?? ''),
    ...said('version', loaded.version, wanted.version),
    // Version 3 takes over the master's interval; version 2 drops an advert with another.
    ...(wanted.version === 2
      ? said('advert interval', loaded.advertInterval, wanted.advertInterval)
      : []),
  ];
}

/** Moves of one node that the others would not follow. */
function changesOfPlace(
  loaded: ConfiguredInstance,
  wanted: ConfiguredInstance,
  isShared: boolean,
): readonly string[] {
  const castOf = ({ peers }: ConfiguredInstance) => (peers.length > 0 ? 'unicast' : 'multicast');
  return [
    ...said('interface', loaded.interface, wanted.interface),
    ...(isShared && loaded.source !== undefined && wanted.source !== undefined
      ? said('address', loaded.source, wanted.source)
      : []),
    ...(isShared ? said('adverts by', castOf(loaded), castOf(wanted)) : []),
  ];
}

function hasOthers(
  one: NodeChange,
  loaded: ConfiguredInstance,
  ring: readonly NodeChange[],
): boolean {
  return ring.some(
    (other) => other !== one && other.loaded.some((instance) => areRelated(instance, loaded)),
  );
}

export function said(what: string, before: string | number, after: string | number) {
  return before === after ? [] : [`${what} ${before}, to be ${after}`];
}

export function addressesOf({ vips }: ConfiguredInstance): readonly string[] {
  return vips.map(({ address }) => address);
}

function familyOf({ vips }: ConfiguredInstance): number {
  return vips.some(({ address }) => address.includes(':')) ? 6 : 4;
}
