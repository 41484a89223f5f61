import type { HostRun } from '#engine/host/host-run.ts';
import { Failure, orFailure } from '#engine/model/failure.ts';
import type { Phase } from '#engine/model/rollout.ts';
import { batchesOf } from './batches.ts';
import type { WatchedEvent } from './events.ts';
import { Fronts } from './fronts.ts';
import { mayStart, membersOf, type Ring, type RolloutInput, type Step, seenIn } from './rings.ts';
import { settleCheck } from './settle-check.ts';
import { change, keep } from './steps.ts';
import { takeBack } from './take-back.ts';
import type { RunningWatch } from './watch-ring.ts';

/** A ring in one of its phases. */
export interface RingPhase<V> {
  readonly input: RolloutInput<V>;
  readonly ring: Ring;
  readonly phase: Phase;
  readonly watch: RunningWatch | undefined;
}

/** How a phase ended. */
export interface PhaseEnd {
  /** Those of all phases so far that were not undone. */
  readonly steps: readonly Step[];
  /** Whether the next phase may begin. */
  readonly goesOn: boolean;
}

/**
 * Changes the hosts of a ring one batch after the other, each gated; a batch of a ring is one host. A
 * step that fails is undone. Of a change that is all or nothing the hosts stay armed until the last
 * one has passed, since its steps do not stand beside what was.
 * `earlier`: the steps of phases before.
 */
export async function rollPhase<V>(
  rolling: RingPhase<V>,
  earlier: readonly Step[],
): Promise<PhaseEnd> {
  const { input, ring, phase } = rolling;
  const { isAllOrNothing } = ring.plan;
  let done: readonly string[] = [];
  let steps = earlier;
  const fronts = new Fronts(input, ring);
  for (const batch of batchesOf(input.rollout, ring)) {
    if (!mayStart(input) || !(await fronts.leaveOut(batch))) return await giveUp(rolling, steps);
    const startedAt = performance.now();
    const made = await change(input, batch);
    done = [
      ...done,
      ...namesOf(batch.filter((host) => isDone(host) && !ring.fronts.includes(host))),
    ];
    const failed = made.length === 0 ? [] : await failedOf(rolling, { made, done, startedAt });
    done = done.filter((name) => !failed.some(({ host }) => host.name === name));
    steps = [...steps, ...made.filter((step) => !failed.includes(step))];
    if (rolling.watch) input.emit(watchedSoFar(ring, rolling.watch));
    const isTakenIn = await fronts.takeIn(batch.filter(({ name }) => done.includes(name)));
    if (failed.length === 0 && isTakenIn) continue;
    if (isAllOrNothing) return await giveUp(rolling, [...steps, ...failed]);
    const isWhole = await takeBack(input, ring, failed);
    fronts.tellLeftOut(batch);
    if (!isWhole || !isTakenIn || !input.options.carryOn) return { steps, goesOn: false };
  }
  const isLast = phase === ring.plan.phases.at(-1);
  if (isLast && isAllOrNothing) return await keepAll(rolling, steps);
  return { steps, goesOn: ring.targets.every(({ failure }) => failure === undefined) };
}

/** What a watch has seen of a ring since it began. */
export function watchedSoFar({ hosts }: Ring, watch: RunningWatch): WatchedEvent {
  const untilMs = performance.now();
  const watched = watch.report(watch.startedAt, untilMs);
  return { type: 'watched', ring: namesOf(hosts), watched, untilMs };
}

function isDone({ failure }: HostRun): boolean {
  return failure === undefined;
}

function namesOf(hosts: readonly HostRun[]): readonly string[] {
  return hosts.map(({ name }) => name);
}

interface Batch {
  readonly made: readonly Step[];
  /** The hosts of the ring that are as the phase wants them, those of the batch among them. */
  readonly done: readonly string[];
  readonly startedAt: number;
}

/** Those steps of a batch that must not stay. A gate is passed by all of a batch, or by none. */
async function failedOf<V>(rolling: RingPhase<V>, batch: Batch): Promise<readonly Step[]> {
  const hosts = batch.made.map(({ host }) => host).filter(({ failure }) => failure === undefined);
  const why =
    hosts.length === 0
      ? undefined
      : ((await gate(rolling, hosts, batch.done)) ?? tooLongAway(rolling, hosts, batch.startedAt));
  if (why === 'interrupted') return batch.made;
  for (const host of hosts) if (why !== undefined) host.fail(why);
  const { phases, isAllOrNothing } = rolling.ring.plan;
  if (why === undefined && !isAllOrNothing) await keep(hosts, rolling.phase !== phases.at(-1));
  return batch.made.filter(({ host }) => host.failure !== undefined);
}

/** Undoes all phases so far, where there are more: what is between them is no place to stay in. */
async function giveUp<V>(rolling: RingPhase<V>, steps: readonly Step[]): Promise<PhaseEnd> {
  if (!rolling.ring.plan.isAllOrNothing) return { steps, goesOn: false };
  await takeBack(rolling.input, rolling.ring, steps);
  return { steps: [], goesOn: false };
}

/** All hosts at once, so that hardly a moment is left in which some stay and some do not. */
async function keepAll<V>(rolling: RingPhase<V>, steps: readonly Step[]): Promise<PhaseEnd> {
  const isKept = await keep([...new Set(steps.map(({ host }) => host))], false);
  return isKept ? { steps, goesOn: true } : await giveUp(rolling, steps);
}

/** Why hosts that were changed must not stay so. */
async function gate<V>(
  { input, ring, phase }: RingPhase<V>,
  changed: readonly HostRun[],
  done: readonly string[],
): Promise<Failure | 'interrupted' | undefined> {
  const { rollout, options, emit, stop } = input;
  // The playbook makes it: where that fails, too, nobody has seen that what was changed is well.
  const check = await orFailure(namesOf(changed).join(', '), async () =>
    rollout.gate?.({ ring: membersOf(input, ring), done, phase, options }),
  );
  if (check === undefined || check instanceof Failure) return check;
  const hosts = seenIn(input, ring);
  return await settleCheck({ check, hosts, changed, depth: 'settled', emit, stop });
}

/** Why a step whose gate has passed must not stay all the same: --max-gap. */
function tooLongAway<V>(
  { input, watch }: RingPhase<V>,
  changed: readonly HostRun[],
  startedAt: number,
): Failure | undefined {
  const { maxGapMs } = input.options;
  if (maxGapMs === undefined) return undefined;
  const away = (watch?.report(startedAt, performance.now()) ?? []).filter(
    ({ longestGapMs }) => longestGapMs > maxGapMs,
  );
  if (away.length === 0) return undefined;
  return new Failure('Something on duty was away for longer than allowed', {
    kind: 'check',
    where: changed.map(({ name }) => name).join(', '),
    output: away
      .map(({ name, longestGapMs }) => `${name}: ${longestGapMs} ms, of at most ${maxGapMs}`)
      .join('\n'),
    fix: 'Look at the host for what held its service up, or raise --max-gap.',
  });
}
