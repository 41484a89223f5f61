import type { Failure } from '#engine/model/failure.ts';
import type { Emit, HostSummary, RunEvent, RunResult } from './events.ts';
import type { RunInput } from './run.ts';

/** Passes a run's events on, and keeps of them what its result is made of. */
export class RunLog {
  readonly #emit: Emit;
  readonly #startedAt = performance.now();
  readonly #told: RunEvent[] = [];
  readonly #failures = new Set<Failure>();
  /** Per host, when it was first and last heard of. */
  readonly #times = new Map<string, readonly [number, number]>();

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  readonly emit: Emit = (event) => {
    if ('failure' in event) this.#failures.add(event.failure);
    if (event.type === 'continuity' || event.type === 'undone') this.#told.push(event);
    if ('host' in event && event.host !== undefined) this.#touch(event.host);
    this.#emit(event);
  };

  /** From the first to the last that happened on a host, however long the others took. */
  elapsedOn(host: string): number {
    const [from, to] = this.#times.get(host) ?? [0, 0];
    return to - from;
  }

  #touch(host: string): void {
    const now = performance.now();
    this.#times.set(host, [this.#times.get(host)?.[0] ?? now, now]);
  }

  /** How the run came out. What there is to say of the watch and of undone hosts, where there is some. */
  result<V>({ runId, mode, stop }: RunInput<V>, hosts: readonly HostSummary[]): RunResult {
    const continuity = this.#told.flatMap((event) => (event.type === 'continuity' ? [event] : []));
    const undone = this.#told.flatMap((event) => (event.type === 'undone' ? [event.host] : []));
    return {
      runId,
      mode,
      hosts,
      failures: [...this.#failures],
      ...(continuity.length > 0 ? { continuity } : {}),
      ...(undone.length > 0 ? { undone: [...new Set(undone)] } : {}),
      interrupted: stop.aborted,
      elapsedMs: performance.now() - this.#startedAt,
    };
  }
}
