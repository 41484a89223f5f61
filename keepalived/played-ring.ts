import { holdersOf, type Part } from './expected-holders.ts';

/** A ring as it is played through beforehand: what runs on each node, and who holds what. */
export interface PlayedRing {
  readonly parts: ReadonlyMap<string, readonly Part[]>;
  readonly holders: ReadonlyMap<string, string | undefined>;
}

/** `isHolder`: who holds what in fact, which decides between equals. */
export function playedRing(
  parts: ReadonlyMap<string, readonly Part[]>,
  isHolder: (host: string, vip: string) => boolean,
): PlayedRing {
  const all = [...parts.values()].flat();
  const able = new Set(all.map(({ host }) => host));
  const holders = holdersOf(all, able, isHolder).map(
    ({ vip, holder }): [string, string | undefined] => [vip, holder],
  );
  return { parts, holders: new Map(holders) };
}

/** The ring once this is what runs on that node; none: nothing does. */
export function withParts(
  { parts, holders }: PlayedRing,
  name: string,
  there: readonly Part[],
): PlayedRing {
  const changed = new Map([...parts, [name, there]]);
  return playedRing(changed, (host, vip) => holders.get(vip) === host);
}

export function partsAt({ parts }: PlayedRing, name: string): readonly Part[] {
  return parts.get(name) ?? [];
}
