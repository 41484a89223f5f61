import type { Failure } from '#engine/model/failure.ts';
import type { Emit, HostSummary, RunEvent, RunResult } from './events.ts';
import type { RunInput } from './run.ts';

/** Passes a run's events on, and keeps of them what its result is made of. */
export class RunLog {
  readonly #emit: Emit;
  readonly #startedAt = performance.now();
  readonly #told: RunEvent[] = [];
  readonly #failures = new Set<Failure>();

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  readonly emit: Emit = (event) => {
    if ('failure' in event) this.#failures.add(event.failure);
    if (event.type === 'continuity' || event.type === 'undone') this.#told.push(event);
    this.#emit(event);
  };

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
