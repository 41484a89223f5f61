import type { Emit, HostSummary, RunEvent, RunResult } from '#engine/run/events.ts';
import type { SliceEnd } from './held.ts';
import { oneEach } from './host-sums.ts';
import type { Description } from './messages.ts';
import { type SliceOutcome, undoneSlices } from './undone-slices.ts';

/** What is known of one try of a slice. */
interface Try {
  /** The hosts that have failed, and whether they would another time, too. */
  readonly failed: Map<string, boolean>;
  readonly summaries: HostSummary[];
  result?: RunResult;
}

/** The runs of slices as one run: passes on what happens on hosts, and makes one end of all of them. */
export class MergedRun {
  readonly #description: Description;
  readonly #emit: Emit;
  readonly #startedAt = performance.now();
  readonly #tries = new Map<string, Try>();
  #wasInterrupted = false;

  constructor(description: Description, emit: Emit) {
    this.#description = description;
    this.#emit = emit;
    const { work, playbook, slices } = description;
    const { run: runId, mode } = work;
    emit({ type: 'runStarted', runId, playbook, mode, hosts: slices.flat() });
  }

  /** Is told what happens in a try. */
  add(name: string, event: RunEvent): void {
    const known: Try = this.#tries.get(name) ?? { failed: new Map(), summaries: [] };
    this.#tries.set(name, known);
    switch (event.type) {
      case 'runStarted':
      case 'interrupted':
        return;
      case 'hostFinished':
        known.summaries.push(event.summary);
        return;
      case 'runFinished':
        known.result = event.result;
        return;
      default:
        if ('failure' in event && 'host' in event && event.host !== undefined)
          known.failed.set(event.host, isLasting(event));
        this.#emit(event);
    }
  }

  interrupt(): void {
    this.#wasInterrupted = true;
    this.#emit({ type: 'interrupted' });
  }

  /**
   * How many hosts have failed, by the tries of each slice. What the slice that asks begins anew does not
   * count, unless it would end alike.
   */
  failedIn(slices: readonly (readonly string[])[], asking?: number): number {
    return slices.reduce(
      (sum, names, index) => sum + this.#failedOf(names, index + 1 === asking).size,
      0,
    );
  }

  /** A host has failed until a later try is done with it. */
  #failedOf(names: readonly string[], isAsking: boolean): ReadonlySet<string> {
    const failed = new Set<string>();
    for (const name of names) {
      const { summaries, failed: own } = this.#tries.get(name) ?? NOTHING;
      if (failed.size > 0)
        for (const one of summaries) if (one.pending === 0 && did(one)) failed.delete(one.host);
      for (const [host, lasts] of own)
        if (lasts || !isAsking || name === names.at(-1)) failed.add(host);
    }
    return failed;
  }

  /** How a try ended, by what another one would not mend: that comes last among exit codes. */
  exitOf(name: string, exit: string): string {
    const { result, failed } = this.#tries.get(name) ?? NOTHING;
    const isLost = result === undefined || result.interrupted;
    return !isLost && [...failed.values()].includes(true) ? '1' : exit;
  }

  /** Tells the end of all, by that of each slice, and gives the result. */
  finish(ends: readonly (SliceEnd | undefined)[]): RunResult {
    const { run: runId, mode } = this.#description.work;
    const outcomes = ends.map((end, index) => this.#outcomeOf(end, index));
    const results = outcomes.map(({ result }) => result);
    const failures = [
      ...results.flatMap((result) => result?.failures ?? []),
      ...undoneSlices(outcomes, { mode, interrupted: this.#wasInterrupted }),
    ];
    const last = new Set(outcomes.map(({ summaries }) => summaries));
    const all = [...this.#tries.values()].map(({ summaries }) => summaries);
    const earlier = all.filter((summaries) => !last.has(summaries)).flat();
    const hosts = oneEach([...last].flat(), earlier);
    for (const summary of hosts) this.#emit({ type: 'hostFinished', summary });
    const continuity = results.flatMap((result) => result?.continuity ?? []);
    const undone = results.flatMap((result) => result?.undone ?? []);
    const result: RunResult = {
      runId,
      mode,
      hosts,
      failures,
      ...(continuity.length > 0 ? { continuity } : {}),
      ...(undone.length > 0 ? { undone } : {}),
      interrupted: this.#wasInterrupted,
      elapsedMs: performance.now() - this.#startedAt,
    };
    this.#emit({ type: 'runFinished', result });
    return result;
  }

  #outcomeOf(end: SliceEnd | undefined, index: number): SliceOutcome {
    const { slices } = this.#description;
    const { summaries, result } =
      (end && 'try' in end ? this.#tries.get(end.try) : undefined) ?? NOTHING;
    const where = `slice ${index + 1}/${slices.length}`;
    return { where, targets: slices[index] ?? [], end, summaries, result };
  }
}

const NOTHING: Try = { failed: new Map(), summaries: [] };

function did({ ok, changed }: HostSummary): boolean {
  return ok + changed > 0;
}

/** What was out of reach or locked, or was refused for such a one, may be mended another time. */
function isLasting({ type, failure: { kind } }: Extract<RunEvent, { failure: unknown }>): boolean {
  const isOwn = type === 'taskFailed' || type === 'hostFailed';
  return isOwn && kind !== 'unreachable' && kind !== 'locked';
}
