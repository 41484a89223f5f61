import type { Impact, Phase } from '#engine/model/rollout.ts';
import { reveal } from '#engine/model/secret.ts';
import { holdersOf, type Part } from './expected-holders.ts';
import { type Happening, impactOf, joined, type VipMove } from './impact-words.ts';
import { instancesOf } from './instances.ts';
import type { NodeChange } from './node-change.ts';
import { configurationMark } from './normalise.ts';
import { withoutInstances } from './parse-config.ts';

/**
 * What the change of each node will do to what runs, played through in this order. That every health check
 * passes is taken for granted: how one fares with a new configuration only the gate will see.
 */
export function impactsOf(
  ordered: readonly NodeChange[],
  phases: readonly Phase[],
): ReadonlyMap<string, Impact> {
  let ring = playedRing(
    new Map(ordered.map((one) => [one.name, partsIn(one, one.configuration)])),
    (host, vip) => ordered.some(({ name, held }) => name === host && held.has(vip)),
  );
  const impacts = new Map<string, readonly Impact[]>();
  phases.forEach((phase, index) => {
    for (const one of ordered.filter(({ node }) => node.target)) {
      const { name } = one;
      const { drained } = one.to;
      const wanted = withoutInstances(reveal(one.to.configuration), phase.without);
      const parts = drained ? [] : partsIn(one, wanted);
      const kind = index === 0 ? firstKind(one, parts, wanted) : laterKind(ring, name, parts);
      const away = withParts(ring, name, []);
      const next = withParts(kind === 'recreated' ? away : ring, name, parts);
      const vips = movesOf({ name, before: ring, away, next });
      const isLast = index === phases.length - 1;
      const impact = impactOf(name, { kind, drained, isLast, vips });
      impacts.set(name, [...(impacts.get(name) ?? []), impact]);
      ring = next;
    }
  });
  return new Map([...impacts].map(([name, all]) => [name, joined(all)]));
}

function partsIn({ name, node }: NodeChange, text: string): readonly Part[] {
  return instancesOf(text, node).map((instance) => ({ host: name, instance }));
}

function firstKind(
  { isRunning, configuration, pod, to }: NodeChange,
  parts: readonly Part[],
  wanted: string,
): Happening['kind'] {
  if (parts.length === 0) return isRunning ? 'stopped' : 'nothing';
  if (!isRunning) return 'started';
  const isOther = configurationMark(configuration) !== configurationMark(wanted);
  if (to.isOtherPod || pod !== to.mark || (isOther && !to.reloadable)) return 'recreated';
  return isOther ? 'reloaded' : 'nothing';
}

/** A later phase finds the manifest in place: what remains is the configuration. */
function laterKind(ring: PlayedRing, name: string, parts: readonly Part[]): Happening['kind'] {
  if (parts.length === 0) return 'nothing';
  return partsAt(ring, name).length === 0 ? 'started' : 'reloaded';
}

interface Steps {
  readonly name: string;
  readonly before: PlayedRing;
  readonly away: PlayedRing;
  readonly next: PlayedRing;
}

function movesOf({ name, before, away, next }: Steps): readonly VipMove[] {
  return [...new Set([...before.holders.keys(), ...next.holders.keys()])].map((vip) => ({
    vip,
    before: before.holders.get(vip),
    meanwhile: away.holders.get(vip),
    after: next.holders.get(vip),
    isDropped: !partsAt(next, name).some(({ instance }) => instance.vip === vip),
  }));
}

/** A ring as it is played through beforehand: what runs on each node, and who holds what. */
interface PlayedRing {
  readonly parts: ReadonlyMap<string, readonly Part[]>;
  readonly holders: ReadonlyMap<string, string | undefined>;
}

/** `isHolder`: who holds what in fact, which decides between equals. */
function playedRing(
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
function withParts(
  { parts, holders }: PlayedRing,
  name: string,
  there: readonly Part[],
): PlayedRing {
  const changed = new Map([...parts, [name, there]]);
  return playedRing(changed, (host, vip) => holders.get(vip) === host);
}

function partsAt({ parts }: PlayedRing, name: string): readonly Part[] {
  return parts.get(name) ?? [];
}
