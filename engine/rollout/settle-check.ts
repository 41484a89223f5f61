import { setTimeout as delay } from 'node:timers/promises';
import type { HostRun } from '#engine/host/host-run.ts';
import type { Answers } from '#engine/model/answers.ts';
import type { Check, Finding } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Reads } from '#engine/model/read.ts';
import type { RolloutEvent } from './events.ts';

export interface SettleInput {
  readonly check: Check;
  readonly hosts: readonly HostRun[];
  /** The hosts that were changed, for a gate. */
  readonly changed?: readonly HostRun[];
  readonly depth: Depth;
  /** A sample that is there already. */
  readonly first?: Sample;
  emit(event: RolloutEvent): void;
  readonly stop: AbortSignal;
}

/**
 * How much is needed. `look`: one good sample, for a ring that nothing was done to. `thorough`: then
 * a good one with probes. `settled`: the same, and there is as much time as a change takes.
 */
export type Depth = 'look' | 'thorough' | 'settled';

export type Sample = ReadonlyMap<string, Answers | Failure>;

/** Between bad samples. */
const POLL_MS = 500;

/** Waits until a check holds. The Failure when it does not by its deadline, or when it is stopped. */
export async function settleCheck(input: SettleInput): Promise<Failure | undefined> {
  const { check, emit, stop, depth } = input;
  const startedAt = performance.now();
  const deadlineMs = depth === 'settled' ? check.deadlineMs : check.patienceMs;
  const about = aboutOf(input);
  let sample = input.first ?? (await takeSample(input));
  for (let goodSamples = 0; ; ) {
    if (stop.aborted) return interrupted(check.title);
    const findings = check.judge(sample);
    const elapsedMs = performance.now() - startedAt;
    goodSamples = findings.length === 0 ? goodSamples + 1 : 0;
    if (goodSamples >= (depth === 'look' ? 1 : 2)) {
      const notes = check.notes?.(sample) ?? [];
      emit({ type: 'checkPassed', ...about, elapsedMs, ...(notes.length > 0 ? { notes } : {}) });
      return undefined;
    }
    if (findings.length > 0 && elapsedMs >= deadlineMs) return failed(input, sample, findings);
    emit({ type: 'checkWaiting', ...about, findings, goodSamples, elapsedMs, deadlineMs });
    sample = goodSamples > 0 ? await takeClosingSample(input) : await takeNextSample(input);
  }
}

/** A check after more than one host was changed is about none of them. */
function aboutOf({ check, changed = [] }: SettleInput) {
  const [host] = changed;
  const isAboutOne = host !== undefined && changed.length === 1;
  return { check: check.title, ...(isAboutOne ? { host: host.name } : {}) };
}

async function takeNextSample(input: SettleInput): Promise<Sample> {
  await delay(POLL_MS, undefined, { signal: input.stop }).catch(() => undefined);
  return await takeSample(input);
}

/** With its probes, which take their time by themselves; a check without any is asked again later. */
async function takeClosingSample(input: SettleInput): Promise<Sample> {
  const { check, stop } = input;
  if (check.probesFor !== undefined) return await takeSample(input, check.probesFor.bind(check));
  await delay(check.spacingMs, undefined, { signal: stop }).catch(() => undefined);
  return await takeSample(input);
}

/** Neither passed nor failed. */
function interrupted(check: string): Failure {
  return new Failure('A check was interrupted', {
    where: check,
    fix: 'See whether it holds: npm run verify -- INVENTORY',
  });
}

async function takeSample(
  { check, hosts }: SettleInput,
  probesFor: (host: string) => Reads = () => ({}),
): Promise<Sample> {
  const entries = hosts.map(async (host) => {
    const reads = { ...check.readsFor(host.name), ...probesFor(host.name) };
    return [host.name, await host.sample(reads)] as const;
  });
  return new Map(await Promise.all(entries));
}

function failed(input: SettleInput, sample: Sample, findings: readonly Finding[]): Failure {
  const { check, changed = [], emit } = input;
  const names = changed.map(({ name }) => name).join(', ');
  const explanation = check.explain?.(sample) ?? [];
  const failure = new Failure('A check does not hold', {
    kind: 'check',
    where: names === '' ? check.title : `${check.title} › after the change of ${names}`,
    // The findings last: where there is too much to show, the last lines are what is shown.
    output: [
      ...explanation,
      ...findings.map(({ what, expected, seen }) => `${what}: expected ${expected}, seen ${seen}`),
    ].join('\n'),
  });
  emit({ type: 'checkFailed', ...aboutOf(input), findings, explanation, failure });
  return failure;
}
