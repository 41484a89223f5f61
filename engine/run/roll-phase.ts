import type { Phase } from '#engine/model/course.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Rollout } from '#engine/model/playbook.ts';
import type { HostRun } from './host-run.ts';
import { mayStart, membersOf, type Ring, seenIn } from './rings.ts';
import type { Run } from './run-playbook.ts';
import { settleCheck } from './settle-check.ts';
import { takeBack } from './take-back.ts';
import { disarm } from './undo-host.ts';

/** A ring in one of its phases. */
export interface RingPhase<V> {
  readonly run: Run<V>;
  readonly rollout: Rollout<V>;
  readonly ring: Ring;
  readonly phase: Phase;
}

/**
 * Changes the hosts of a ring one after the other, each gated. A step that fails is undone. A change
 * that takes more than one phase stays as a whole, or not at all, since its steps do not stand beside
 * what was: its hosts stay armed until the last one has passed. Whether the next phase may begin.
 */
export async function rollPhase<V>(rolling: RingPhase<V>): Promise<boolean> {
  const { run, ring, phase } = rolling;
  const isOnlyPhase = ring.course.phases.length === 1;
  const done: string[] = [];
  for (const host of ring.targets.filter(({ failure }) => failure === undefined)) {
    if (!mayStart(run)) return isOnlyPhase ? false : await giveUp(rolling);
    const { changed, answers: before } = host;
    const startedAt = performance.now();
    await host.apply(1);
    const isStopped = run.input.stop.aborted && host.begun;
    if (host.failure === undefined && host.changed === changed && !isStopped) {
      done.push(host.name);
      continue;
    }
    ring.steps = [...ring.steps, { host, before }];
    const failure =
      host.failure ??
      (await gate(rolling, host, [...done, host.name])) ??
      tooLongAway(rolling, host, startedAt) ??
      (isOnlyPhase ? await disarmed(host) : undefined);
    if (failure === undefined) {
      done.push(host.name);
      continue;
    }
    if (host.failure === undefined) host.failWith(failure);
    if (!isOnlyPhase) return await giveUp(rolling);
    const isWhole = await takeBack(run, ring, ring.steps.slice(-1));
    if (!isWhole || !run.input.rollout.carryOn) return false;
  }
  return isOnlyPhase || phase !== ring.course.phases.at(-1) || (await keep(rolling));
}

/** Undoes all phases so far: what is between them is no place to stay in. */
async function giveUp<V>({ run, ring }: RingPhase<V>): Promise<false> {
  await takeBack(run, ring, ring.steps);
  return false;
}

/** Disarms all hosts at once, so that hardly a moment is left in which some stay and some do not. */
async function keep<V>(rolling: RingPhase<V>): Promise<boolean> {
  const hosts = [...new Set(rolling.ring.steps.map(({ host }) => host))];
  const failures = await Promise.all(hosts.map(disarmed));
  for (const [index, host] of hosts.entries()) {
    const failure = failures[index];
    if (failure !== undefined) host.failWith(failure);
  }
  return failures.every((failure) => failure === undefined) || (await giveUp(rolling));
}

/** Why a host that was changed must not stay so. */
async function gate<V>(
  { run, rollout, ring, phase }: RingPhase<V>,
  host: HostRun,
  done: readonly string[],
): Promise<Failure | undefined> {
  const { emit, stop, rollout: options } = run.input;
  const check = rollout.gate({ ring: membersOf(run, ring), done, phase, options });
  const hosts = seenIn(run, ring);
  const about = { changed: host.name, depth: 'settled' } as const;
  return await settleCheck({ check, hosts, ...about, emit, stop });
}

/** Why a step whose gate has passed must not stay all the same: --max-gap. */
function tooLongAway<V>(
  { run, ring }: RingPhase<V>,
  { name }: HostRun,
  startedAt: number,
): Failure | undefined {
  const { maxGapMs } = run.input.rollout;
  if (maxGapMs === undefined) return undefined;
  const away = (ring.watch?.report(startedAt, performance.now()) ?? []).filter(
    ({ longestGapMs }) => longestGapMs > maxGapMs,
  );
  if (away.length === 0) return undefined;
  return new Failure('A VIP was away for longer than allowed', {
    kind: 'vips',
    where: name,
    output: away
      .map(({ vip, longestGapMs }) => `${vip}: ${longestGapMs} ms, of at most ${maxGapMs}`)
      .join('\n'),
    fix: 'Look at the host for what held keepalived up, or raise --max-gap.',
  });
}

/** The last part of a gate: the host can be reached anew, and was not faster in undoing the step. */
async function disarmed(host: HostRun): Promise<Failure | undefined> {
  try {
    await disarm(host);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
