import type { Failure } from '#engine/model/failure.ts';
import { differs, type StagePlan } from '#engine/model/planned-task.ts';
import type { HostEvent } from './events.ts';

/** What a host has come to, by what happened on it: nobody else writes it. */
export class HostState {
  readonly #startedAt = performance.now();
  #tasks = new Map<string, 'ok' | 'pending'>();
  #failed = 0;
  #changed = 0;
  #isBegun = false;
  #planned: readonly StagePlan[] | undefined;
  #failure: Failure | undefined;

  /** Why the host is out of the run. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** How many tasks were changed, and not taken back. */
  get changed(): number {
    return this.#changed;
  }

  /** That a command has begun which the host must be able to undo. */
  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** What was planned when it was last looked at; undefined when nothing was. */
  get planned(): readonly StagePlan[] | undefined {
    return this.#planned;
  }

  /** `armed`: the host undoes what begins now, unless it is kept. */
  see(event: HostEvent, armed: boolean): void {
    switch (event.type) {
      case 'hostPlanned':
        this.#planned = event.stages;
        this.#tasks = new Map(
          event.stages
            .flat()
            .map((planned) => [planned.title, differs(planned) ? 'pending' : 'ok'] as const),
        );
        break;
      case 'taskUpset':
        this.#tasks.set(event.task, 'pending');
        break;
      case 'taskStarted':
        this.#isBegun ||= armed;
        break;
      case 'taskOk':
        this.#tasks.set(event.task, 'ok');
        break;
      case 'taskChanged':
        this.#tasks.delete(event.task);
        this.#changed += 1;
        break;
      case 'taskFailed':
        this.#tasks.delete(event.task);
        this.#fail(event.failure);
        break;
      case 'hostFailed':
        this.#fail(event.failure);
        break;
      case 'hostUnreachable':
        this.#failure ??= event.failure;
        break;
      case 'undone':
        this.#changed = 0;
    }
  }

  elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  summary() {
    const states = [...this.#tasks.values()];
    return {
      ok: states.filter((state) => state === 'ok').length,
      changed: this.#changed,
      failed: this.#failed,
      pending: states.filter((state) => state === 'pending').length,
      unreachable: this.#failure?.kind === 'unreachable',
      elapsedMs: this.elapsedMs(),
    };
  }

  #fail(failure: Failure): void {
    this.#failure ??= failure;
    this.#failed += 1;
  }
}
