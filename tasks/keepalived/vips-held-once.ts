import type { Check } from '#engine/model/check.ts';
import type { GateStep, VerifyScope } from '#engine/model/playbook.ts';
import type { RolloutOptions } from '#engine/model/rollout.ts';
import { ringInstances } from '#keepalived/instances.ts';
import type { KeepalivedVars, Node } from '#keepalived/vars.ts';
import { ringCheck } from './ring-check.ts';

/**
 * Every VIP of the ring is where the inventory wants it. keepalived has to run on all nodes that were
 * to be changed; on those that --limit left out it may, or may not yet. Where tasks were left out, the
 * VIPs are where they should be by what was loaded, since the inventory was not put into effect.
 */
export function vipsHeldOnce(members: readonly Node[], scope: VerifyScope): Check {
  const { targets, partly, options } = scope;
  return ringCheck(members, {
    basis: members.some(({ host }) => partly?.has(host.name)) ? 'loaded' : 'desired',
    mustRun: (host, { running }) => targets.has(host) || running > 0,
    bootstrap: options.bootstrap,
  });
}

/**
 * The ring is whole by what runs there now, whatever the inventory wants: no node is expected to
 * start, and no VIP that only the inventory knows is missed.
 */
export function ringReady(
  members: readonly Node[],
  { bootstrap }: Pick<RolloutOptions, 'bootstrap'>,
): Check {
  return ringCheck(members, {
    // Before the first deploy, and after its undo, it is none.
    title: 'every VIP that is loaded is held once, by the right node',
    basis: 'loaded',
    bootstrap,
    mustRun: (_, { running }) => running > 0,
  });
}

/**
 * The ring is whole while a change goes round it: by what each node has loaded, with keepalived on
 * those that were changed. What the phase takes away is gone once all of them were.
 */
export function ringStep({ ring, done, phase, options }: GateStep<KeepalivedVars>): Check {
  const isOver = ring.every(({ host }) => done.includes(host.name));
  const onDuty = new Set(
    ring
      .filter((node) => ringInstances(node, ring).some(({ name }) => !phase.without.has(name)))
      .map(({ host }) => host.name)
      .filter((name) => done.includes(name)),
  );
  return ringCheck(ring, {
    basis: 'loaded',
    mustRun: (host) => onDuty.has(host),
    gone: isOver ? (phase.gone ?? []) : [],
    bootstrap: options.bootstrap,
  });
}
