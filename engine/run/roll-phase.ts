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
 * Changes the hosts of a ring one after the other, each gated. A step that fails is undone; in a
 * change that takes more than one phase, with all steps before it, since they do not stand beside
 * what was. Whether the next phase may begin.
 */
export async function rollPhase<V>(rolling: RingPhase<V>): Promise<boolean> {
  const { run, ring } = rolling;
  const done: string[] = [];
  for (const host of ring.targets.filter(({ failure }) => failure === undefined)) {
    if (!mayStart(run)) return false;
    const { changed, answers: before } = host;
    const startedAt = performance.now();
    await host.apply(1);
    if (host.failure === undefined && host.changed === changed) {
      done.push(host.name);
      continue;
    }
    ring.steps = [...ring.steps, { host, before }];
    const failure =
      host.failure ??
      (await gate(rolling, host, [...done, host.name])) ??
      tooLongAway(rolling, host, startedAt) ??
      (await disarmed(host));
    if (failure === undefined) {
      done.push(host.name);
      continue;
    }
    if (host.failure === undefined) host.failWith(failure);
    const steps = ring.course.phases.length > 1 ? ring.steps : ring.steps.slice(-1);
    const isWhole = await takeBack(run, ring, steps);
    if (!isWhole || !run.input.rollout.carryOn || steps.length > 1) return false;
  }
  return true;
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
