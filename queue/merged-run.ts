import { Failure } from '#engine/model/failure.ts';
import type { Emit, HostSummary, RunEvent, RunResult } from '#engine/run/events.ts';
import type { Description } from './messages.ts';
import type { SliceEnd } from './slice-book.ts';

/** What is known of one try of a slice. */
interface Try {
  readonly slice: number;
  readonly failed: Set<string>;
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

  /** Is told what happens in a try of a slice. */
  add(slice: number, name: string, event: RunEvent): void {
    const known = this.#tries.get(name) ?? { slice, failed: new Set(), summaries: [] };
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
          known.failed.add(event.host);
        this.#emit(event);
    }
  }

  interrupt(): void {
    this.#wasInterrupted = true;
    this.#emit({ type: 'interrupted' });
  }

  /** How many hosts have failed in these tries, of each slice the one that counts. */
  failedIn(counting: readonly (string | undefined)[]): number {
    return counting.reduce((sum, name) => sum + (this.#tries.get(name ?? '')?.failed.size ?? 0), 0);
  }

  /** Tells the end of all, by that of each slice, and gives the result. */
  finish(ends: readonly (SliceEnd | undefined)[]): RunResult {
    const { run: runId, mode } = this.#description.work;
    const results = ends.map((end) => this.#tryOf(end)?.result);
    const failures = [
      ...results.flatMap((result) => result?.failures ?? []),
      ...this.#lost(ends),
      ...this.#notBegun(ends),
    ];
    const hosts = oneEach(ends.flatMap((end) => this.#tryOf(end)?.summaries ?? []));
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

  #tryOf(end: SliceEnd | undefined): Try | undefined {
    return end !== undefined && 'try' in end ? this.#tries.get(end.try) : undefined;
  }

  /** The dead letters: slices of which nobody knows how they ended. */
  #lost(ends: readonly (SliceEnd | undefined)[]): readonly Failure[] {
    return ends.flatMap((end, index) => {
      if (end === undefined || this.#tryOf(end)?.result !== undefined) return [];
      const why = 'givenUp' in end ? end.givenUp : 'its process ended without a result';
      return [
        new Failure('A slice was given up', {
          where: this.#nameOf(index),
          ran: `${this.#hostsOf(index)}: ${why}`,
          fix: 'See what its workers say, and run it again: what was left half done is undone or finished first.',
        }),
      ];
    });
  }

  #notBegun(ends: readonly (SliceEnd | undefined)[]): readonly Failure[] {
    const left = ends.flatMap((end, index) => (end === undefined ? [this.#nameOf(index)] : []));
    if (left.length === 0 || this.#wasInterrupted) return [];
    return [
      new Failure('Slices were not begun, since too many hosts had failed', {
        where: left.join(', '),
        fix: 'Mend the hosts that failed and run again, or let more of them fail: --max-fail',
      }),
    ];
  }

  #nameOf(index: number): string {
    return `slice ${index + 1}/${this.#description.slices.length}`;
  }

  #hostsOf(index: number): string {
    return this.#description.slices[index]?.join(', ') ?? '';
  }
}

/** The control machines of several workers count as one. */
function oneEach(summaries: readonly HostSummary[]): readonly HostSummary[] {
  const byHost = new Map<string, HostSummary>();
  for (const one of summaries) {
    const other = byHost.get(one.host);
    byHost.set(one.host, other === undefined ? one : sumOf(one, other));
  }
  return [...byHost.values()];
}

function sumOf(one: HostSummary, other: HostSummary): HostSummary {
  return {
    host: one.host,
    ok: one.ok + other.ok,
    changed: one.changed + other.changed,
    failed: one.failed + other.failed,
    pending: one.pending + other.pending,
    unreachable: one.unreachable || other.unreachable,
    elapsedMs: Math.max(one.elapsedMs, other.elapsedMs),
  };
}
