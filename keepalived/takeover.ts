import { ringInstances } from './instances.ts';
import type { Node } from './vars.ts';

/** The template's advert_int. */
const ADVERT_MS = 1000;

/** Adverts that have to be missing before a master is taken for dead (RFC 5798, 6.1). */
const MISSING = 3;

/** Until a backup of this priority takes over from a master that says that it goes (`graceful`), or dies. */
export function takeoverMs(priority: number, { graceful }: { readonly graceful: boolean }): number {
  // The lower its priority, the longer a backup waits.
  const skewMs = ((256 - priority) / 256) * ADVERT_MS;
  return (graceful ? 0 : MISSING * ADVERT_MS) + skewMs;
}

/** Per VIP, until its heir has it, whoever of two of the ring holds it and dies. None where it has no heir. */
export function longestTakeovers(ring: readonly Node[]): ReadonlyMap<string, number> {
  const instances = ring.flatMap((member) => ringInstances(member, ring));
  const bounds = [...Map.groupBy(instances, ({ vip }) => vip)].flatMap(([vip, ofVip]) => {
    const [, heir] = ofVip.map(({ priority }) => priority).toSorted((one, other) => other - one);
    return heir === undefined ? [] : [[vip, takeoverMs(heir, { graceful: false })] as const];
  });
  return new Map(bounds);
}
