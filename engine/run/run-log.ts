import type { Failure } from '#engine/model/failure.ts';
import type { Activity, Emit, HostSummary, RunEvent, RunResult, TimeSpent } from './events.ts';
import type { RunInput } from './run.ts';

/** Passes a run's events on, and keeps of them what its result is made of. */
export class RunLog {
  readonly #emit: Emit;
  readonly #startedAt = performance.now();
  readonly #told: RunEvent[] = [];
  readonly #failures = new Set<Failure>();
  readonly #clocks = new Map<string, HostClock>();

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  readonly emit: Emit = (event) => {
    if ('failure' in event) this.#failures.add(event.failure);
    if (event.type === 'continuity' || event.type === 'undone') this.#told.push(event);
    if ('host' in event && event.host !== undefined)
      this.#clock(event.host).see(event, performance.now());
    this.#emit(event);
  };

  /** How long a host took, and what for. */
  timeOf(host: string): Pick<HostSummary, 'elapsedMs' | 'spent'> {
    const { elapsedMs, spent } = this.#clock(host);
    return { elapsedMs, spent };
  }

  #clock(host: string): HostClock {
    const clock = this.#clocks.get(host) ?? new HostClock();
    this.#clocks.set(host, clock);
    return clock;
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

/** What is under way on a host once this has happened; the others change nothing about that. */
const BEGUN_BY: Partial<Readonly<Record<RunEvent['type'], Activity>>> = {
  hostStarted: 'connecting',
  hostConnected: 'reading',
  hostWaiting: 'reading',
  hostPlanned: 'waiting',
  hostQueued: 'waiting',
  taskStarted: 'applying',
  taskUpset: 'applying',
  taskChanged: 'waiting',
  taskFailed: 'waiting',
  checkWaiting: 'gate',
  checkPassed: 'waiting',
  checkFailed: 'waiting',
  undoStarted: 'undoing',
  undone: 'waiting',
};

/** What a host spent its time on, from the first to the last that happened on it. */
class HostClock {
  readonly #spent = new Map<Activity, number>();
  #activity: Activity = 'waiting';
  #isUndone = false;
  #since: number | undefined;

  see(event: RunEvent, now: number): void {
    if (this.#since !== undefined) {
      const spent = this.#spent.get(this.#activity) ?? 0;
      this.#spent.set(this.#activity, spent + now - this.#since);
    }
    this.#since = now;
    this.#activity = this.#begunBy(event) ?? this.#activity;
  }

  #begunBy(event: RunEvent): Activity | undefined {
    if (event.type === 'hostSettling') return event.run === undefined ? 'waiting' : 'settling';
    this.#isUndone ||= event.type === 'undoStarted';
    // That all is as before is seen by a check, too.
    if (this.#isUndone && event.type === 'checkWaiting') return 'undoing';
    return BEGUN_BY[event.type];
  }

  get elapsedMs(): number {
    return this.#spent.values().reduce((sum, ms) => sum + ms, 0);
  }

  get spent(): readonly TimeSpent[] {
    return [...this.#spent].flatMap(([on, elapsedMs]) =>
      elapsedMs > 0 ? [{ on, elapsedMs }] : [],
    );
  }
}
