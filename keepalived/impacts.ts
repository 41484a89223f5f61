import type { Impact, Phase } from '#engine/model/course.ts';
import { reveal } from '#engine/model/secret.ts';
import { configurationMark } from './configuration-mark.ts';
import type { Wanted, WantedOf } from './course.ts';
import { holdersOf, type Part } from './expected-holders.ts';
import { type Happening, impactOf, joined } from './impact-words.ts';
import { instancesOf } from './loaded-instances.ts';
import type { Standing } from './standing.ts';

export interface ImpactInput {
  /** In the order of the course. */
  readonly ordered: readonly Standing[];
  readonly phases: readonly Phase[];
  readonly wantedOf: WantedOf;
}

/** What runs on each node, and which of them can hold a VIP. */
interface State {
  readonly parts: ReadonlyMap<string, readonly Part[]>;
  readonly drained: ReadonlySet<string>;
}

/**
 * What the change of each node will do to what runs, played through in order. That every health check
 * passes is taken for granted: how one fares with a new configuration only the gate will see.
 */
export function impactsOf({ ordered, phases, wantedOf }: ImpactInput): ReadonlyMap<string, Impact> {
  let state: State = {
    parts: new Map(ordered.map((one) => [one.name, partsOfStanding(one)])),
    drained: new Set(ordered.filter((one) => one.drained !== undefined).map(({ name }) => name)),
  };
  const impacts = new Map<string, readonly Impact[]>();
  phases.forEach((phase, index) => {
    for (const one of ordered.filter(({ node }) => node.target)) {
      const wanted = wantedOf(one.node, phase.without);
      const parts = partsOfText(one, reveal(wanted.configuration));
      const kind =
        index === 0 ? kindOfFirst(one, parts, wanted) : kindOfLater(state, one.name, parts);
      const next = after(state, one.name, kind === 'drained' ? [] : parts);
      const isLast = index === phases.length - 1;
      const happening = { kind, by: one.drained, isLast, ...movesOf(state, next, one.name) };
      impacts.set(one.name, [...(impacts.get(one.name) ?? []), impactOf(one.name, happening)]);
      state = next;
    }
  });
  return new Map([...impacts].map(([name, all]) => [name, joined(all)]));
}

function partsOfStanding(one: Standing): readonly Part[] {
  return partsOfText(one, one.configuration);
}

function partsOfText({ name, node }: Standing, text: string): readonly Part[] {
  return instancesOf(text, node).map((instance) => ({ host: name, instance }));
}

function kindOfFirst(
  { drained, isRunning, configuration, pod }: Standing,
  parts: readonly Part[],
  wanted: Wanted,
): Happening['kind'] {
  if (drained !== undefined) return 'drained';
  if (parts.length === 0) return isRunning ? 'stopped' : 'nothing';
  if (!isRunning) return 'started';
  const isOther = configurationMark(configuration) !== configurationMark(wanted.configuration);
  if (wanted.isOtherPod || pod !== wanted.mark || (isOther && !wanted.reloadable))
    return 'recreated';
  return isOther ? 'reloaded' : 'nothing';
}

/** A later phase finds the manifest in place: what remains is the configuration. */
function kindOfLater(state: State, name: string, parts: readonly Part[]): Happening['kind'] {
  if (state.drained.has(name)) return 'drained';
  return (state.parts.get(name) ?? []).length === 0 && parts.length > 0 ? 'started' : 'reloaded';
}

function after(state: State, name: string, parts: readonly Part[]): State {
  return { ...state, parts: new Map([...state.parts, [name, parts]]) };
}

function movesOf(before: State, next: State, name: string) {
  const was = holdersIn(before);
  const meanwhile = holdersIn(after(before, name, []));
  const is = holdersIn(next);
  return {
    vips: [...new Set([...was.keys(), ...is.keys()])].map((vip) => ({
      vip,
      before: was.get(vip),
      meanwhile: meanwhile.get(vip),
      after: is.get(vip),
      isDropped: !(next.parts.get(name) ?? []).some(({ instance }) => instance.vip === vip),
    })),
  };
}

function holdersIn({ parts, drained }: State): ReadonlyMap<string, string | undefined> {
  const all = [...parts.values()].flat();
  const able = new Set(all.map(({ host }) => host).filter((host) => !drained.has(host)));
  return new Map(holdersOf(all, able).map(({ vip, holder }) => [vip, holder]));
}
