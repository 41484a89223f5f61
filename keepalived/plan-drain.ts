import { Failure } from '#engine/model/failure.ts';
import type { RingNode } from '#engine/model/playbook.ts';
import type { Impact, RingPlan, RolloutOptions } from '#engine/model/rollout.ts';
import { expectedHolders } from './expected-holders.ts';
import { drainedBy } from './reads/drained.ts';
import { keepalivedProcess } from './reads/process.ts';
import type { KeepalivedVars } from './vars.ts';

type LeavingNode = RingNode<KeepalivedVars>;

/** From SIGTERM to the next node's adverts: measured 0.41 to 0.5 s, with an advert a second. */
const HANDOVER_MS = 500;

/**
 * The nodes that are to go off duty, one after the other. What runs there now decides: the last node
 * that runs keepalived is not taken away, unless an outage is allowed.
 */
export function planDrain(ring: readonly LeavingNode[], options: RolloutOptions): RingPlan {
  const running = new Set(ring.filter(isRunning).map(({ host }) => host.name));
  const leaving = ring.filter(({ target, host }) => target && running.has(host.name));
  const staying = running.difference(new Set(leaving.map(({ host }) => host.name)));
  const isLast = leaving.length > 0 && staying.size === 0;
  return {
    order: ring.map(({ host }) => host.name),
    phases: [{ title: 'drain', meanwhile: new Map() }],
    isAllOrNothing: false,
    impacts: impactsOf(ring, leaving, running),
    isEmpty: running.size === 0,
    refusals: isLast && !options.allowOutage ? [lastOnes(leaving)] : [],
  };
}

function isRunning({ facts }: LeavingNode): boolean {
  return (facts.find(keepalivedProcess)?.running ?? 0) > 0 && facts.find(drainedBy) === undefined;
}

function impactsOf(
  ring: readonly LeavingNode[],
  leaving: readonly LeavingNode[],
  running: ReadonlySet<string>,
): ReadonlyMap<string, Impact> {
  const able = new Set(running);
  return new Map(
    leaving.map(({ host }) => {
      const held = expectedHolders(ring, able).filter(({ holder }) => holder === host.name);
      able.delete(host.name);
      const after = new Map(expectedHolders(ring, able).map(({ vip, holder }) => [vip, holder]));
      const moves = held.map(({ vip }) => ({ vip, to: after.get(vip) }));
      return [host.name, impact(moves)] as const;
    }),
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

function lastOnes(leaving: readonly LeavingNode[]): Failure {
  return new Failure('No node would be left to hold the VIPs', {
    where: leaving.map(({ host }) => host.name).join(', '),
    fix: 'Bring another node on duty first, or say --allow-outage: then the VIPs go away.',
  });
}
