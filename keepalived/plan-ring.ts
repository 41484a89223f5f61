import type { Phase, RingPlan, RolloutOptions } from '#engine/model/rollout.ts';
import { addressesOf, type Conflict, conflictsIn } from './conflicts.ts';
import { impactsOf } from './impacts.ts';
import type { NodeChange } from './node-change.ts';
import {
  refuseAbsentPrograms,
  refuseDisagreement,
  refuseForeignHolders,
  refuseForeignRouters,
  refuseOutage,
} from './refusals.ts';

/**
 * How a ring is to be changed, so that its VIPs move as little as can be, and are never on two nodes:
 * by what its nodes have loaded, and what they are to have.
 */
export function planRing(
  changes: readonly NodeChange[],
  options: Pick<RolloutOptions, 'allowOutage'>,
): RingPlan {
  const conflicts = conflictsIn(changes);
  const order = orderOf(changes);
  const phases = phasesOf(changes, conflicts);
  const ordered = order.flatMap((name) => changes.filter((one) => one.name === name));
  return {
    order,
    phases,
    impacts: impactsOf(ordered, phases),
    isEmpty: !changes.some(({ isRunning }) => isRunning),
    refusals: [
      ...refuseDisagreement(changes),
      ...refuseForeignHolders(changes),
      ...refuseForeignRouters(changes),
      ...refuseAbsentPrograms(changes),
      ...(options.allowOutage ? [] : refuseOutage(conflicts, changes)),
    ],
  };
}

/**
 * Those that hold nothing first, so that what is wrong shows where it costs nothing. A node that does
 * not run comes last, once the others know it as their peer: it would take them for absent, and they it
 * for a stranger. In an empty ring all are alike.
 */
function orderOf(ring: readonly NodeChange[]): readonly string[] {
  const vips = new Set(ring.flatMap((one) => [...one.loaded, ...one.wanted].flatMap(addressesOf)));
  const held = (one: NodeChange) => one.held.intersection(vips).size;
  return ring
    .toSorted(
      (one, other) =>
        Number(other.isRunning) - Number(one.isRunning) ||
        (one.isRunning ? held(one) - held(other) : 0),
    )
    .map(({ name }) => name);
}

function phasesOf(ring: readonly NodeChange[], conflicts: readonly Conflict[]): readonly Phase[] {
  const wanted = new Set(ring.flatMap((one) => one.wanted.flatMap(addressesOf)));
  const old = ring.flatMap((one) => one.loaded.flatMap(addressesOf));
  const leaving = [...new Set(old.filter((vip) => !wanted.has(vip)))];
  const last: Phase = { title: 'change', without: new Set(), gone: leaving };
  if (conflicts.length === 0) return [last];
  const without = new Set(conflicts.map((conflict) => conflict.wanted.name));
  const gone = conflicts.flatMap((one) => [one.loaded, one.wanted].flatMap(addressesOf));
  const names = [...without].toSorted().join(', ');
  return [
    { title: `take ${names} away`, without, gone: [...new Set([...gone, ...leaving])] },
    { ...last, title: `put ${names} in place` },
  ];
}
