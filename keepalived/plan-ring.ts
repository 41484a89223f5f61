import type { Meanwhile, Phase, RingPlan, RolloutOptions } from '#engine/model/rollout.ts';
import { addressesOf, type Conflict, conflictsIn, isStranger } from './conflicts.ts';
import {
  type CourseStep,
  courseOf,
  detoursIn,
  type Moment,
  momentAfter,
  momentBefore,
} from './course.ts';
import { dutiesOf, impactsOf } from './impacts.ts';
import { isToRun, type NodeChange } from './node-change.ts';
import type { ConfiguredInstance } from './parse-config.ts';
import {
  refuseAbsentPrograms,
  refuseDisagreement,
  refuseForeignHolders,
  refuseForeignRouters,
  refuseOutage,
  refuseStrangers,
} from './refusals.ts';

/**
 * How a ring is to be changed, so that its VIPs move as little as can be, each straight to its new
 * holder, and are never on two nodes: by what its nodes have loaded, and what they are to have.
 */
export function planRing(
  changes: readonly NodeChange[],
  options: Pick<RolloutOptions, 'allowOutage'>,
): RingPlan {
  const conflicts = conflictsIn(changes);
  const ordered = orderOf(changes);
  const { phases, course } = wayOf(ordered, conflicts);
  const before = momentBefore(changes);
  return {
    order: ordered.map(({ name }) => name),
    phases,
    isAllOrNothing: conflicts.length > 0,
    impacts: impactsOf(course, phases.at(-1)),
    duties: dutiesOf(changes, before, momentAfter(changes, before)),
    isEmpty: isEmpty(changes),
    refusals: [
      ...refuseDisagreement(changes),
      ...refuseStrangers(changes),
      ...refuseForeignHolders(changes),
      ...refuseForeignRouters(changes),
      ...refuseAbsentPrograms(changes),
      ...(options.allowOutage ? [] : refuseOutage(conflicts, changes)),
    ],
  };
}

function isEmpty(ring: readonly NodeChange[]): boolean {
  return !ring.some(({ isRunning }) => isRunning);
}

/**
 * Those that hold nothing first, so that what is wrong shows where it costs nothing; but before all, those
 * that are to run no more and that others forget, who would hold their VIPs beside them. Others that are to
 * run no more come later, and do not learn of new peers; then those that do not run, once the others
 * know them: they would take those for absent, and be strangers to them. Of these the last one first,
 * since the node before a VIP's own is its next one (ladder.ts), and would hold it meanwhile. In an empty
 * ring all are alike.
 */
function orderOf(ring: readonly NodeChange[]): readonly NodeChange[] {
  if (isEmpty(ring)) return ring;
  const vips = new Set(ring.flatMap((one) => [...one.loaded, ...one.wanted].flatMap(addressesOf)));
  const held = (one: NodeChange) => one.held.intersection(vips).size;
  const starting = ring.filter(({ isRunning }) => !isRunning);
  const running = ring.filter(({ isRunning }) => isRunning);
  const byHeld = running.toSorted((one, other) => held(one) - held(other));
  const staying = byHeld.filter(isToRun);
  const leaving = byHeld.filter((one) => !isToRun(one));
  const isForgotten = (one: NodeChange) => staying.some((other) => isStranger(one, other));
  const known = leaving.filter((one) => !isForgotten(one));
  return [...leaving.filter(isForgotten), ...staying, ...known, ...starting.toReversed()];
}

interface Way {
  readonly phases: readonly Phase[];
  readonly course: readonly CourseStep[];
}

/** With a phase that hands over only where VIPs would not go straight without it. */
function wayOf(ordered: readonly NodeChange[], conflicts: readonly Conflict[]): Way {
  const take = (handover: ReadonlyMap<string, Meanwhile>) => {
    const phases = phasesOf(ordered, conflicts, handover);
    return { phases, course: courseOf(ordered, phases) };
  };
  const direct = take(new Map());
  if (isEmpty(ordered) || detoursIn(direct.course) === 0) return direct;
  const handed = take(handoverOf(ordered));
  return detoursIn(handed.course) < detoursIn(direct.course) ? handed : direct;
}

/**
 * Priorities that let each VIP go straight from who holds it to who is to, by node: what all nodes have
 * before any of them has its own. Until its new holder is there, its old one keeps it, since nobody else
 * has more; and the new one has, from then on, more than all others, in whatever order they follow. A
 * VIP that is new is known to its holder alone, so that nobody else begins with it.
 */
function handoverOf(ring: readonly NodeChange[]): ReadonlyMap<string, Meanwhile> {
  const before = momentBefore(ring);
  const after = momentAfter(ring, before);
  return new Map(
    ring.map(({ name, wanted }) => {
      const parts = wanted.map((part): [string, number] => [
        part.name,
        strengthOf(part, { name, before, after }),
      ]);
      const others = parts.filter(([, strength], index) => strength !== wanted[index]?.priority);
      const isNone = others.length === wanted.length && others.every(([, own]) => own === 0);
      return [name, new Map(isNone ? [] : others)];
    }),
  );
}

interface Place {
  readonly name: string;
  readonly before: Moment;
  readonly after: Moment;
}

function strengthOf(part: ConfiguredInstance, { name, before, after }: Place): number {
  const { priority } = part;
  const [vip = ''] = addressesOf(part);
  const [old, next] = [before, after].map(({ holders }) => holders.get(vip));
  if (next === undefined) return priority;
  if (!before.holders.has(vip)) return name === next ? priority : 0;
  const ceiling = priorityIn(before, old, vip);
  if (ceiling === undefined) return priority;
  if (name === next) return Math.max(ceiling, priority);
  return name === old ? ceiling : Math.min(priority, ceiling);
}

function priorityIn({ running }: Moment, name: string | undefined, vip: string) {
  const parts = running.get(name ?? '')?.parts;
  return parts?.find(({ instance }) => instance.vip === vip)?.instance.priority;
}

function phasesOf(
  ring: readonly NodeChange[],
  conflicts: readonly Conflict[],
  handover: ReadonlyMap<string, Meanwhile>,
): readonly Phase[] {
  const wanted = new Set(ring.flatMap((one) => one.wanted.flatMap(addressesOf)));
  const old = ring.flatMap((one) => one.loaded.flatMap(addressesOf));
  const leaving = [...new Set(old.filter((vip) => !wanted.has(vip)))];
  const last: Phase = { title: 'change', meanwhile: new Map(), gone: leaving };
  if (conflicts.length > 0) return aroundConflicts(ring, conflicts, { handover, last });
  const isDirect = [...handover.values()].every(({ size }) => size === 0);
  return isDirect ? [last] : [{ title: 'hand over', meanwhile: handover, gone: leaving }, last];
}

interface Ends {
  readonly handover: ReadonlyMap<string, Meanwhile>;
  readonly last: Phase;
}

function aroundConflicts(
  ring: readonly NodeChange[],
  conflicts: readonly Conflict[],
  { handover, last }: Ends,
): readonly Phase[] {
  const without = [...new Set(conflicts.map((conflict) => conflict.wanted.name))].toSorted();
  const gone = conflicts.flatMap((one) => [one.loaded, one.wanted].flatMap(addressesOf));
  const absent = without.map((name) => [name, 0] as const);
  const meanwhile = ring.map(
    ({ name }) => [name, new Map([...(handover.get(name) ?? []), ...absent])] as const,
  );
  const names = without.join(', ');
  return [
    {
      title: `take ${names} away`,
      meanwhile: new Map(meanwhile),
      gone: [...new Set([...gone, ...(last.gone ?? [])])],
    },
    { ...last, title: `put ${names} in place` },
  ];
}
