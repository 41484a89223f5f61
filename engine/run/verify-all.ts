import type { HostRun } from '#engine/host/host-run.ts';
import type { Check } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import { atOnce } from '#engine/rollout/at-once.ts';
import { Fronts } from '#engine/rollout/fronts.ts';
import type { Ring, Step } from '#engine/rollout/rings.ts';
import { type Depth, settleCheck } from '#engine/rollout/settle-check.ts';
import { takeBack } from '#engine/rollout/take-back.ts';
import { checksOf, type Run, rolloutOf } from './run.ts';

/** What must hold at the end. Where it does not after a change, these steps of the rings are undone. */
export async function verifyAll<V>(
  run: Run<V>,
  steps: ReadonlyMap<Ring, readonly Step[]> = new Map(),
): Promise<void> {
  const { input, nodes, checks, local } = run;
  if (input.stop.aborted || local?.failure !== undefined) return;
  const changed = nodes.some(({ state }) => state.changed.length > 0);
  // What failed before any change says enough, and has moved nothing.
  const failedEarly = !changed && nodes.some(({ failure }) => failure !== undefined);
  if (input.mode === 'apply' && failedEarly) return;
  // What a host out of reach holds cannot be seen: that it is out of reach is said by itself.
  const hosts = nodes.filter(({ failure }) => failure?.kind !== 'unreachable');
  if (hosts.length === 0) return;
  const left = new Map(steps);
  const looked = new Map(hosts.map((node) => [node.name, node.answers]));
  const due = dueChecks(run, checks).filter((one) => !isCutShort(run, one));
  const parts = apart(due.map((check) => dueOf(check, hosts, steps)));
  const most = Math.max(1, ...parts.flat().map(([, asked]) => asked.length));
  const forks = Math.max(1, Math.floor((input.forks ?? Number.POSITIVE_INFINITY) / most));
  await atOnce(forks, parts, async (part) => {
    for (const [check, asked] of part) {
      const failure = await settleCheck({
        check,
        hosts: asked,
        depth: depthFor(run, changed),
        emit: input.emit,
        stop: input.stop,
        ...(changed ? {} : { first: looked }),
      });
      if (failure instanceof Failure) await takeBackRings(run, check, left);
    }
  });
}

/** A check, the hosts that it is about, and those that are undone where it fails. */
type Due = readonly [check: Check, asked: readonly HostRun[], undone: readonly HostRun[]];

function dueOf(
  check: Check,
  hosts: readonly HostRun[],
  steps: ReadonlyMap<Ring, readonly Step[]>,
): Due {
  const undone = [...steps].filter(([ring, made]) => isUndoneFor(check, ring, made));
  return [
    check,
    hosts.filter((node) => isAbout(check, node)),
    undone.flatMap(([{ hosts: ofRing }]) => ofRing),
  ];
}

/** Of those in one part each may undo what another one looks at, and two parts have no hosts in common. */
function apart(all: readonly Due[]): readonly (readonly Due[])[] {
  let parts: readonly (readonly Due[])[] = [];
  for (const due of all) {
    const own = touchedBy(due);
    const isNear = (part: readonly Due[]) =>
      part.some((other) => touchedBy(other).some((node) => own.includes(node)));
    const near = parts.filter(isNear);
    parts = [...parts.filter((part) => !near.includes(part)), [...near.flat(), due]];
  }
  return parts;
}

function touchedBy([, asked, undone]: Due): readonly HostRun[] {
  return [...asked, ...undone];
}

/** What is left out now was not known when the checks were made. */
function dueChecks<V>(run: Run<V>, checks: readonly Check[]): readonly Check[] {
  const leaving = run.nodes.filter(
    ({ failure, tasks }) => failure === undefined && tasks.leaveOutChanges(),
  );
  const partly = new Set(leaving.map(({ name }) => name));
  return partly.size === 0 ? checks : checksOf(run, partly);
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

async function takeBackRings<V>(
  run: Run<V>,
  check: Check,
  steps: Map<Ring, readonly Step[]>,
): Promise<void> {
  const rollout = rolloutOf(run);
  if (rollout === undefined) return;
  for (const [ring, made] of steps) {
    if (!isUndoneFor(check, ring, made)) continue;
    steps.delete(ring);
    const fronts = new Fronts(rollout, ring);
    await takeBack(rollout, ring, made, (step) => fronts.undo(step));
  }
}

function isUndoneFor(check: Check, { hosts }: Ring, made: readonly Step[]): boolean {
  return made.length > 0 && hosts.some((host) => isAbout(check, host));
}
