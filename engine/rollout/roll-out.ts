import type { HostRun } from '#engine/host/host-run.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Phase } from '#engine/model/rollout.ts';
import { atOnce } from './at-once.ts';
import {
  mayStart,
  membersOf,
  type Ring,
  type RolloutInput,
  refuseRing,
  type Step,
  seenIn,
  waitingIn,
} from './rings.ts';
import { rollPhase, watchedSoFar } from './roll-phase.ts';
import { settleCheck, Unknown } from './settle-check.ts';
import { type RunningWatch, startWatch } from './watch-ring.ts';

/**
 * Rings at once, as many as allowed; in a ring one batch after the other, each step gated. Gives, per
 * ring, the steps that were made and not undone.
 */
export async function rollOut<V>(
  input: RolloutInput<V>,
  rings: readonly Ring[],
): Promise<ReadonlyMap<Ring, readonly Step[]>> {
  const steps = new Map<Ring, readonly Step[]>();
  const waiting = rings.filter((ring) => waitingIn(ring).length > 0);
  await atOnce(input.options.ringsAtOnce ?? waiting.length, waiting, async (ring) => {
    const over = input.leave === undefined ? () => {} : await input.leave();
    if (over === undefined) return;
    steps.set(ring, await rollOutRing(input, ring));
    over();
  });
  return steps;
}

async function rollOutRing<V>(input: RolloutInput<V>, ring: Ring): Promise<readonly Step[]> {
  const { rings } = input.rollout;
  const needed = [...ring.fronts, ...(rings === undefined ? [] : ring.targets)];
  const broken = needed.find(({ failure }) => failure !== undefined);
  if (broken !== undefined) refuseFor(broken, ring);
  else refuseRing(ring, ring.plan.refusals);
  if (broken !== undefined || ring.plan.refusals.length > 0 || !mayStart(input)) return [];
  for (const { name } of waitingIn(ring)) input.emit({ type: 'hostQueued', host: name });
  if (!(await isReady(input, ring))) return [];
  return await watching(input, ring, (watch) => rollPhases(input, ring, watch));
}

async function rollPhases<V>(
  input: RolloutInput<V>,
  ring: Ring,
  watch: RunningWatch | undefined,
): Promise<readonly Step[]> {
  let steps: readonly Step[] = [];
  for (const phase of ring.plan.phases) {
    for (const host of ring.hosts) host.enter(phaseOn(host, phase));
    const end = await rollPhase({ input, ring, phase, watch }, steps);
    steps = end.steps;
    if (!end.goesOn) break;
  }
  return steps;
}

function phaseOn({ name }: HostRun, { meanwhile }: Phase) {
  const own = meanwhile.get(name);
  return own && { meanwhile: own };
}

/** Observes the ring while `work` changes it, where there is something to observe, and says how it fared. */
async function watching<V, T>(
  input: RolloutInput<V>,
  ring: Ring,
  work: (watch: RunningWatch | undefined) => Promise<T>,
): Promise<T> {
  const { rollout, options, emit } = input;
  if (rollout.watch === undefined || ring.plan.isEmpty || !options.watch)
    return await work(undefined);
  const hosts = seenIn(input, ring).filter(({ failure }) => failure === undefined);
  const watch = rollout.watch(membersOf(input, ring));
  await using running = await startWatch({ watch, hosts });
  const changing = waitingIn(ring).map(({ name }) => name);
  const result = await work(running);
  emit({
    ...watchedSoFar(ring, running),
    type: 'continuity',
    blind: [...running.ended],
    impacts: changing.flatMap((name) => ring.plan.impacts.get(name) ?? []),
  });
  return result;
}

/**
 * The hosts of a ring must agree, so none is changed while one of them cannot be; nor where a host in
 * front cannot leave it out.
 */
function refuseFor(broken: HostRun, ring: Ring): void {
  const isFront = ring.fronts.includes(broken);
  const which = isFront ? 'a host in front of it' : 'another host of its ring';
  for (const host of waitingIn(ring)) {
    const failure = new Failure(`Not changed, since ${which} failed`, {
      where: host.name,
      ran: `${broken.name}: ${broken.failure?.message ?? ''}`,
      fix: `Mend ${broken.name}${isFront ? '' : ', or leave it out with --limit'}, and run again.`,
    });
    host.fail(failure, 'hostRefused');
  }
}

/** Whether the ring may be changed at all: whole, or empty, unless it is to be repaired. */
async function isReady<V>(input: RolloutInput<V>, ring: Ring): Promise<boolean> {
  const { rollout, options, emit, stop } = input;
  const check = rollout.ready?.(membersOf(input, ring), options);
  if (check === undefined || options.repair) return true;
  const hosts = seenIn(input, ring);
  const found = await settleCheck({ check, hosts, depth: 'thorough', emit, stop });
  if (found === undefined) return true;
  if (found instanceof Failure) refuseRing(ring, [notWhole(found)]);
  return false;
}

function notWhole(found: Failure): Failure {
  const isKnown = !(found instanceof Unknown);
  const what = isKnown ? 'The ring is not whole' : 'Nobody knows whether the ring is whole';
  const fix = 'Mend what is named above; or, to let this run mend it, add --repair.';
  return new Failure(`${what}, so nothing of it was changed`, {
    kind: 'check',
    where: found.where,
    fix: isKnown ? fix : found.fix,
    cause: found,
  });
}
