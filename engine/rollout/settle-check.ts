import type { HostRun } from '#engine/host/host-run.ts';
import type { Answers } from '#engine/model/answers.ts';
import {
  type Check,
  type Finding,
  findingsText,
  findingText,
  type Sample,
} from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import { listOf } from '#engine/model/suggest.ts';
import type { RolloutEvent } from './events.ts';

export interface SettleInput {
  readonly check: Check;
  readonly hosts: readonly HostRun[];
  /** The hosts that were changed, for a gate. */
  readonly changed?: readonly HostRun[];
  /** That this is to be seen again after they were undone, which is another matter than the gate. */
  readonly afterUndo?: boolean;
  readonly depth: Depth;
  /** A sample that is there already. */
  readonly first?: Sample;
  emit(event: RolloutEvent): void;
}

/** When it aborts, nothing more is waited for. */
interface Stoppable extends SettleInput {
  readonly stop?: AbortSignal;
}

/**
 * How much is needed. `look`: one good sample, for a ring that nothing was done to. `thorough`: then
 * a good one with probes. `settled`: the same, and there is as much time as a change takes.
 */
export type Depth = 'look' | 'thorough' | 'settled';

/** As many as a check is told of. */
const MOST_EARLIER = 100;

/**
 * Waits until a check holds: undefined then, the Failure when it does not by its deadline. One that was
 * interrupted has neither passed nor failed, and is nobody's fault.
 */
export function settleCheck(
  input: SettleInput & { readonly stop?: never },
): Promise<Failure | undefined>;
export function settleCheck(input: Stoppable): Promise<Failure | 'interrupted' | undefined>;
export async function settleCheck(input: Stoppable): Promise<Failure | 'interrupted' | undefined> {
  try {
    return await settle(input);
  } catch (error) {
    // The check is a playbook's: where it fails itself, nobody has seen that it holds.
    if (!(error instanceof Failure)) throw error;
    const about = { ...aboutOf(input), findings: [], explanation: [] };
    input.emit({ type: 'checkFailed', ...about, failure: error });
    return error;
  }
}

async function settle(input: Stoppable): Promise<Failure | 'interrupted' | undefined> {
  const { check, emit, stop, depth } = input;
  const deadlineMs = depth === 'settled' ? check.deadlineMs : check.patienceMs;
  const hasLastWord = depth === 'settled' && check.probesFor !== undefined;
  const { Samples } = await import('./samples.ts');
  const samples = new Samples({ ...input, deadlineMs, hasLastWord });
  const about = aboutOf(input);
  let sample = input.first ?? (await samples.take());
  let earlier: readonly Sample[] = [];
  for (let goodSamples = 0; ; ) {
    if (stop?.aborted) return 'interrupted';
    const findings = check.judge(sample, earlier);
    const { elapsedMs } = samples;
    goodSamples = findings.length === 0 ? goodSamples + 1 : 0;
    if (goodSamples >= (depth === 'look' || samples.isLastWord ? 1 : 2)) {
      const notes = check.notes?.(sample, earlier) ?? [];
      emit({ type: 'checkPassed', ...about, elapsedMs, ...(notes.length > 0 ? { notes } : {}) });
      return undefined;
    }
    const waits = (ms: number) =>
      emit({ type: 'checkWaiting', ...about, findings, goodSamples, elapsedMs: ms, deadlineMs });
    if (!samples.isLastWord) waits(elapsedMs);
    const onOver = () => waits(Math.max(deadlineMs, samples.elapsedMs));
    const next = goodSamples > 0 ? await samples.closing() : await samples.next(onOver);
    if (next === undefined)
      return stop?.aborted ? 'interrupted' : failed(input, findings, [sample, earlier]);
    earlier = [...earlier, sample].slice(-MOST_EARLIER);
    sample = next;
  }
}

/** A check after more than one host was changed is about none of them. */
function aboutOf({ check, changed = [], afterUndo = false }: SettleInput) {
  const [host] = changed;
  const isAboutOne = host !== undefined && changed.length === 1;
  return {
    check: afterUndo ? `${check.title}, after the undo` : check.title,
    ...(isAboutOne ? { host: host.name } : {}),
  };
}

/** Nobody can tell whether a check holds: all that is wrong with it is that hosts do not answer. */
export class Unknown extends Failure {}

function failed(
  input: SettleInput,
  findings: readonly Finding[],
  samples: readonly [Sample, readonly Sample[]],
): Failure {
  const { check, changed = [], emit } = input;
  const [sample, earlier] = samples;
  const silent = [...sample].flatMap(([name, one]) => (isSilent(check, name, one) ? [name] : []));
  const told = new Map([...sample].filter(([name]) => !silent.includes(name)));
  const isKnown = silent.length === 0 || check.judge(told, earlier).length > 0;
  const names = changed.map(({ name }) => name).join(', ');
  const explanation = check.explain?.(...samples) ?? [];
  const failure = new (isKnown ? Failure : Unknown)(
    `${isKnown ? 'Not so:' : 'Nobody knows whether'} ${check.title}. ${findingsText(findings)}`,
    {
      kind: 'check',
      where: names === '' ? check.title : `after the change of ${names}`,
      ...outputOf(findings, explanation),
      ...(silent.length === 0
        ? {}
        : {
            fix: `See that ${listOf(silent)} ${silent.length === 1 ? 'answers' : 'answer'}, and run again.`,
          }),
    },
  );
  emit({ type: 'checkFailed', ...aboutOf(input), findings, explanation, failure });
  return failure;
}

function isSilent(check: Check, host: string, answers: Answers | Failure): boolean {
  if (answers instanceof Failure) return true;
  return Object.values(check.readsFor(host)).some(
    (read) => answers.result(read) instanceof Failure,
  );
}

/** As many as are shown of an output: the findings come first, and what explains them has the rest. */
const MOST_LINES = 20;

/** The title tells the one finding that there is. */
function outputOf(findings: readonly Finding[], explanation: readonly string[]) {
  const found = findings.length > 1 ? findings.map(findingText) : [];
  const lines = [...found, ...explanation.slice(0, Math.max(0, MOST_LINES - found.length))];
  return lines.length > 0 ? { output: lines.join('\n') } : {};
}
