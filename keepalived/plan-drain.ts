import { Failure } from '#engine/model/failure.ts';
import type { RingNode } from '#engine/model/playbook.ts';
import type { Impact, Phase, RingPlan, RolloutOptions } from '#engine/model/rollout.ts';
import { type CourseStep, courseOf, momentBefore } from './course.ts';
import { dutiesOf } from './impacts.ts';
import { nodeChange, type Wanted } from './node-change.ts';
import { drainedBy } from './reads/drained.ts';
import { renderConfig } from './render-config.ts';
import type { KeepalivedVars } from './vars.ts';

type LeavingNode = RingNode<KeepalivedVars>;

/** From SIGTERM to the next node's adverts: measured 0.41 to 0.5 s, with an advert a second. */
const HANDOVER_MS = 500;

/**
 * The nodes that are to go off duty, one after the other. What runs there now decides, and who has which
 * priority in that: the last node that runs keepalived is not taken away, unless an outage is allowed.
 */
export function planDrain(ring: readonly LeavingNode[], options: RolloutOptions): RingPlan {
  const phase: Phase = { title: 'drain', meanwhile: new Map() };
  const changes = ring.map((node) => nodeChange(node, offDuty(node)));
  const course = courseOf(changes, [phase]);
  const leaving = course.filter(({ happening }) => happening === 'stopped');
  const before = momentBefore(changes);
  const staying = changes.filter(
    ({ isRunning, node }) => isRunning && !node.target && node.facts.find(drainedBy) === undefined,
  );
  const isLast = leaving.length > 0 && staying.length === 0;
  return {
    order: ring.map(({ host }) => host.name),
    phases: [phase],
    isAllOrNothing: false,
    impacts: new Map(leaving.map((step) => [step.change.name, impact(movesIn(step))])),
    duties: dutiesOf(changes, before, course.at(-1)?.after ?? before),
    isEmpty: !changes.some(({ isRunning }) => isRunning),
    refusals: isLast && !options.allowOutage ? [lastOnes(leaving)] : [],
  };
}

/** Of a keepalived that keeps none of what it has read, the inventory tells what that is. */
function offDuty(node: LeavingNode): Wanted {
  const configuration = renderConfig(node, node.members);
  return { configuration, isOtherPod: false, mark: '', reloadable: true, drained: 'this run' };
}

function movesIn({ change, before, after }: CourseStep) {
  return [...before.holders].flatMap(([vip, holder]) =>
    holder === change.name ? [{ vip, to: after.holders.get(vip) }] : [],
  );
}

function impact(
  moves: readonly { readonly vip: string; readonly to: string | undefined }[],
): Impact {
  const isLost = moves.some(({ to }) => to === undefined);
  return {
    text:
      moves.length === 0
        ? 'no VIP moves'
        : moves.map(({ vip, to }) => `${vip} ${to ? `moves to ${to}` : 'goes away'}`).join(', '),
    moves: moves.map(({ vip }) => vip),
    gapMs: isLost ? Number.POSITIVE_INFINITY : moves.length === 0 ? 0 : HANDOVER_MS,
  };
}

function lastOnes(leaving: readonly CourseStep[]): Failure {
  return new Failure('No node would be left to hold the VIPs', {
    where: leaving.map(({ change }) => change.name).join(', '),
    fix: 'Bring another node on duty first, or say --allow-outage: then the VIPs go away.',
  });
}
