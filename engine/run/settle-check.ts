import { setTimeout as delay } from 'node:timers/promises';
import type { Answers } from '#engine/model/answers.ts';
import type { Check, Finding } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Emit } from './events.ts';
import type { HostRun } from './host-run.ts';

export interface SettleInput {
  readonly check: Check;
  readonly hosts: readonly HostRun[];
  /** The host that was changed, for a gate. */
  readonly changed?: string;
  /** After a change two good samples are needed, else one. */
  readonly afterChange: boolean;
  /** A sample that is there already. */
  readonly first?: Sample;
  readonly emit: Emit;
  readonly stop: AbortSignal;
}

export type Sample = ReadonlyMap<string, Answers | Failure>;

/** Between bad samples. */
const POLL_MS = 500;

/** Waits until a check holds. The Failure when it does not by its deadline, or when it is stopped. */
export async function settleCheck(input: SettleInput): Promise<Failure | undefined> {
  const { check, emit, stop, afterChange } = input;
  const startedAt = performance.now();
  const deadlineMs = afterChange ? check.deadlineMs : check.patienceMs;
  const about = {
    check: check.title,
    ...(input.changed === undefined ? {} : { host: input.changed }),
  };
  let sample = input.first ?? (await takeSample(input));
  for (let goodSamples = 0; ; sample = await takeSample(input)) {
    if (stop.aborted) return interrupted(check.title);
    const findings = check.judge(sample);
    const elapsedMs = performance.now() - startedAt;
    goodSamples = findings.length === 0 ? goodSamples + 1 : 0;
    if (goodSamples >= (afterChange ? 2 : 1)) {
      emit({ type: 'checkPassed', ...about, elapsedMs });
      return undefined;
    }
    if (findings.length > 0 && elapsedMs >= deadlineMs) return failed(input, sample, findings);
    emit({ type: 'checkWaiting', ...about, findings, goodSamples, elapsedMs, deadlineMs });
    await delay(goodSamples > 0 ? check.spacingMs : POLL_MS, undefined, { signal: stop }).catch(
      () => undefined,
    );
  }
}

/** Neither passed nor failed. */
function interrupted(check: string): Failure {
  return new Failure('A check was interrupted', {
    where: check,
    fix: 'Look where the VIPs are: npm run verify -- INVENTORY',
  });
}

async function takeSample({ check, hosts }: SettleInput): Promise<Sample> {
  const entries = hosts.map(
    async (host) => [host.name, await host.sample(check.readsFor(host.name))] as const,
  );
  return new Map(await Promise.all(entries));
}

function failed(input: SettleInput, sample: Sample, findings: readonly Finding[]): Failure {
  const { check, changed, emit } = input;
  const explanation = check.explain?.(sample) ?? [];
  const failure = new Failure('A check does not hold', {
    kind: 'vips',
    where: changed === undefined ? check.title : `${check.title} › after the change of ${changed}`,
    // The findings last: where there is too much to show, the last lines are what is shown.
    output: [
      ...explanation,
      ...findings.map(({ what, expected, seen }) => `${what}: expected ${expected}, seen ${seen}`),
    ].join('\n'),
  });
  emit({
    type: 'checkFailed',
    check: check.title,
    ...(changed === undefined ? {} : { host: changed }),
    findings,
    explanation,
    failure,
  });
  return failure;
}
