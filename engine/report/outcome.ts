import type { Failure } from '#engine/model/failure.ts';
import type { Mode, RunResult } from '../run/events.ts';
import { escapeControl } from './escape.ts';
import { type CheckOutcome, type HostOutcome, HostOutcomes } from './host-outcomes.ts';
import type { RunHeader } from './json.ts';
import { noPaint, type Paint } from './paint.ts';
import type { RecordedRun } from './read-events.ts';
import { spansOf, type TimeSpan } from './spans.ts';
import { formatSummary } from './summary.ts';
import { noEndText, type Unfinished, unfinishedIn } from './unfinished.ts';
import { type RingDuties, type RingWatch, ringsIn, watchesOf } from './watches.ts';

/** A run as a whole, made of its events; what all reports but the raw one are made of. */
export interface RunOutcomes extends RunHeader {
  readonly runId: string;
  readonly playbook: string;
  readonly mode: Mode;
  /** ISO 8601. */
  readonly started: string;
  readonly elapsedMs: number;
  readonly hosts: readonly HostOutcome[];
  readonly checks: readonly CheckOutcome[];
  /** What took its time, in the order of its beginnings. */
  readonly spans: readonly TimeSpan[];
  /** Rings with who is on duty in them, as they were and were to be. */
  readonly rings: readonly RingDuties[];
  /** What was seen of them. */
  readonly watches: readonly RingWatch[];
  /** Every failure, each once. */
  readonly failures: readonly Failure[];
  /** What had begun when the events ended; nothing of a run that came to its end. */
  readonly unfinished: readonly Unfinished[];
  /** Undefined: the run died. */
  readonly result: RunResult | undefined;
}

/** What came of a run, as far as its events go. */
export function outcomesOf({ header, runId, playbook, events }: RecordedRun): RunOutcomes {
  const builder = new HostOutcomes();
  for (const event of events) builder.add(event);
  const [first] = events;
  const last = events.at(-1);
  const mode = first?.type === 'runStarted' ? first.mode : 'apply';
  const started = first?.time ?? '';
  const result = last?.type === 'runFinished' ? last.result : undefined;
  return {
    runId,
    playbook,
    mode,
    ...header,
    started,
    elapsedMs: result?.elapsedMs ?? Date.parse(last?.time ?? started) - Date.parse(started),
    hosts: builder.hosts(),
    checks: builder.checks,
    spans: spansOf(events),
    rings: ringsIn(events),
    watches: watchesOf(events),
    failures: result?.failures ?? builder.failures,
    unfinished: result === undefined ? unfinishedIn(events) : [],
    result,
  };
}

/** How it came out, in words. */
export function endText(run: RunOutcomes, paint: Paint = noPaint): string {
  const { result, elapsedMs, unfinished } = run;
  return result ? formatSummary(result, paint) : escapeControl(noEndText(elapsedMs, unfinished));
}
