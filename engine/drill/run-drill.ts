import { setTimeout as delay } from 'node:timers/promises';
import type { HostRun } from '#engine/host/host-run.ts';
import type { Drill, Trial, TrialResult } from '#engine/model/drill.ts';
import { Failure, orFailure } from '#engine/model/failure.ts';
import type { Session } from '#engine/model/session.ts';
import type { RolloutEvent } from '#engine/rollout/events.ts';
import { settleCheck } from '#engine/rollout/settle-check.ts';
import { type RunningWatch, startWatch } from '#engine/rollout/watch-ring.ts';
import { causeFault, mendFault } from './fault.ts';
import { judgeTrial } from './judge-trial.ts';

export interface DrillInput {
  readonly drill: Drill;
  /** All of the ring, connected and leased. */
  readonly hosts: readonly HostRun[];
  readonly controlMachine: Session;
  emit(event: RolloutEvent): void;
  /** What happens now, as a line. */
  say(host: string, text: string): void;
  /** Ends the drill as soon as what was broken is mended. */
  readonly stop: AbortSignal;
}

export interface DrillOutcome {
  readonly results: readonly TrialResult[];
  /** Why a ring did not become whole again. */
  readonly failures: readonly Failure[];
}

/** Longer than any protocol takes to let another host take over. */
const AWAY_MS = 20_000;

/** So that the next answers are in, and a gap has its end. */
const CLOSING_MS = 1000;

/** Makes the trials one by one, each from a ring that is whole; stops after one that leaves it broken. */
export async function runDrill(input: DrillInput): Promise<DrillOutcome> {
  const results: TrialResult[] = [];
  for (const trial of input.drill.trials) {
    if (input.stop.aborted) break;
    const { result, failure } = await attempt(input, trial);
    if (result !== undefined) results.push(result);
    if (failure !== undefined) return { results, failures: [failure] };
  }
  return { results, failures: [] };
}

interface Attempt {
  readonly result?: TrialResult;
  readonly failure?: Failure | undefined;
}

async function attempt(input: DrillInput, trial: Trial): Promise<Attempt> {
  const made = await orFailure(trial.holder, async () => await runTrial(input, trial));
  return made instanceof Failure ? { failure: made } : made;
}

async function runTrial(input: DrillInput, trial: Trial): Promise<Attempt> {
  const { drill, hosts, controlMachine, say, emit, stop } = input;
  const host = hosts.find(({ name }) => name === trial.holder);
  if (host === undefined) throw new Error(`The ring has no ${trial.holder}`);
  await using watching = await startWatch({ watch: drill.newWatch(), hosts });
  const faultMs = performance.now();
  say(trial.holder, `${trial.fault.title}, with ${trial.noun} ${trial.moves.join(' and ')}`);
  let mendMs = faultMs;
  try {
    await causeFault(trial.fault, { host, controlMachine });
    await awayFor(trial, { watching, faultMs, stop });
  } finally {
    mendMs = performance.now();
    if (trial.fault.mend !== undefined) say(trial.holder, 'brought back');
    await mendFault(trial.fault, { host, controlMachine });
  }
  // Also when the drill is interrupted: it ends with a ring that is whole.
  const failure = await settleCheck({
    check: drill.check,
    hosts,
    changed: [host],
    depth: 'settled',
    emit,
  });
  if (stop.aborted) return { failure };
  const times = { faultMs, mendMs, endMs: performance.now() };
  return { result: judgeTrial(trial, watching.report, times), failure };
}

interface Away {
  readonly watching: RunningWatch;
  readonly faultMs: number;
  readonly stop: AbortSignal;
}

/** Until somebody else has held it for a moment, or nobody did for too long. */
async function awayFor(trial: Trial, { watching, faultMs, stop }: Away): Promise<void> {
  for (;;) {
    const nowMs = performance.now();
    const seen = watching.report(faultMs, nowMs).find(({ name }) => name === trial.name);
    const next = seen?.owners.find(({ host }) => host !== undefined && host !== trial.holder);
    const isOver = next !== undefined && nowMs > next.sinceMs + CLOSING_MS;
    if (isOver && nowMs > faultMs + trial.fault.leastMs) return;
    if (stop.aborted || nowMs > faultMs + AWAY_MS) return;
    await delay(100);
  }
}
