import type { Check } from '#engine/model/check.ts';
import type { HostRun } from './host-run.ts';
import { leavesOutChanges } from './left-out.ts';
import type { Run } from './run-playbook.ts';
import { type Depth, settleCheck } from './settle-check.ts';
import { takeBack } from './take-back.ts';

/** What must hold at the end. Where it does not after a change, the change is undone. */
export async function verifyAll<V>(run: Run<V>): Promise<void> {
  const { input, nodes, checks, local } = run;
  if (input.stop.aborted || local?.failure !== undefined) return;
  const changed = nodes.some((node) => node.changed > 0);
  // What failed before any change says enough, and has moved no VIP.
  const failedEarly = !changed && nodes.some(({ failure }) => failure !== undefined);
  if (input.mode === 'apply' && failedEarly) return;
  // What a host out of reach holds cannot be seen: that it is out of reach is said by itself.
  const hosts = nodes.filter(({ failure }) => failure?.kind !== 'unreachable');
  if (hosts.length === 0) return;
  const looked = new Map(hosts.map((node) => [node.name, node.answers]));
  for (const check of checksOf(run, checks).filter((one) => !isCutShort(run, one))) {
    const failure = await settleCheck({
      check,
      hosts,
      depth: depthFor(run, changed),
      emit: input.emit,
      stop: input.stop,
      ...(changed ? {} : { first: looked }),
    });
    if (failure !== undefined && !input.stop.aborted) await takeBackRings(run, check);
  }
}

/** What is left out now was not known when the checks were made. */
function checksOf<V>({ input, nodes }: Run<V>, checks: readonly Check[]): readonly Check[] {
  const { playbook, members, targets, rollout: options } = input;
  const partly = new Set(nodes.filter(leavesOutChanges).map(({ name }) => name));
  if (partly.size === 0) return checks;
  return playbook.verify?.(members, { targets, partly, options }) ?? [];
}

/** A ring in which a host failed is as its undo has left it, which was looked at then. */
function isCutShort<V>({ input, nodes }: Run<V>, check: Check): boolean {
  if (input.playbook.rollout === undefined || input.mode !== 'apply') return false;
  return nodes.some(
    (node) => input.targets.has(node.name) && node.failure !== undefined && isAbout(check, node),
  );
}

function isAbout(check: Check, { name }: HostRun): boolean {
  return Object.keys(check.readsFor(name)).length > 0;
}

/** Every change has passed its gate, probes and all; without one, that is made up for here. */
function depthFor<V>({ input }: Run<V>, changed: boolean): Depth {
  if (input.mode === 'verify') return 'thorough';
  return changed && input.playbook.rollout === undefined ? 'settled' : 'look';
}

async function takeBackRings<V>(run: Run<V>, check: Check): Promise<void> {
  for (const ring of run.rings.filter(({ steps }) => steps.length > 0)) {
    if (ring.hosts.some((host) => isAbout(check, host))) await takeBack(run, ring, ring.steps);
  }
}
