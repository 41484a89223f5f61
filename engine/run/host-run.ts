import { Answers } from '#engine/model/answers.ts';
import { chosen } from '#engine/model/choice.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Read, Reads } from '#engine/model/read.ts';
import type { Session } from '#engine/model/session.ts';
import { applyStage } from './apply-stage.ts';
import { ask } from './ask.ts';
import type { HostSummary } from './events.ts';
import type { HostRunInput } from './host-run-input.ts';
import { Lease } from './lease.ts';
import { hasChanges, type PlannedTask, type StagePlan } from './plan.ts';
import { planStage, readsOf } from './plan-stage.ts';

/** One host in one run: its session, what it has answered, and what was done about its tasks. */
export class HostRun {
  readonly name: string;
  readonly input: HostRunInput;
  /** Why the host is out of the run. */
  failure: Failure | undefined;
  changed = 0;
  /** That a command has begun which the host must be able to undo. */
  begun = false;
  answers = new Answers();
  /** What holds it for this run alone. */
  lease: Lease | undefined;
  /** What was planned when it was last looked at; undefined when nothing was. */
  planned: readonly StagePlan[] | undefined;
  #session: Session | undefined;
  #tasks = new Map<string, 'ok' | 'pending'>();
  #failed = 0;
  readonly #startedAt = performance.now();

  constructor(input: HostRunInput) {
    this.input = input;
    this.name = input.host.name;
  }

  get session(): Session {
    if (this.#session === undefined) throw new Error(`${this.name} is not connected`);
    return this.#session;
  }

  async open(): Promise<void> {
    this.input.emit({ type: 'hostStarted', host: this.name });
    await this.#attempt(async () => {
      this.#session = await this.input.connect(this.input.host);
      const elapsedMs = performance.now() - this.#startedAt;
      this.input.emit({ type: 'hostConnected', host: this.name, elapsedMs });
    });
  }

  /** A new session in place of one that is gone; the lease went with it. */
  async reconnect(): Promise<Session> {
    this.lease = undefined;
    this.#session = await this.input.connect(this.input.host);
    return this.#session;
  }

  /** Takes the host for this run alone. What was undone there first is looked at anew. */
  async takeLease(): Promise<void> {
    const { runId, about, emit } = this.input;
    const onSettling = (old: { readonly run?: string }) =>
      emit({ type: 'hostSettling', host: this.name, ...old });
    await this.#attempt(async () => {
      this.lease = await Lease.take({ session: this.session, runId, about, onSettling });
      if (!this.lease.settled) return;
      this.answers = new Answers();
      await this.askMissing([]);
      if (this.planned !== undefined) await this.plan();
    });
  }

  /** The first exchange: all that the tasks of all stages ask, and `more` beside it. */
  async look(more: readonly Read<unknown>[]): Promise<void> {
    await this.#attempt(async () => {
      await this.askMissing(more);
      await this.askMissing([]);
    });
  }

  /** Asks what is not answered yet of `more` and of all stages. No exchange when all is. */
  async askMissing(more: readonly Read<unknown>[]): Promise<void> {
    const reads = [...more, ...this.readsFrom(0)].filter(({ key }) => !this.answers.has(key));
    if (reads.length > 0) this.answers = this.answers.with(await ask(this.session, reads));
  }

  /** One sample for a check. A host out of reach answers with its Failure. */
  async sample(reads: Reads): Promise<Answers | Failure> {
    if (this.#session === undefined) return this.failure ?? new Failure('Not connected');
    try {
      return new Answers(await ask(this.#session, Object.values(reads)));
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
  }

  /** What would be done now, stage by stage. Emits it; a task that cannot be planned is a failure. */
  async plan(): Promise<void> {
    await this.#attempt(async () => {
      const stages = this.stages().map((tasks) => planStage(tasks, this.answers));
      this.planned = stages;
      this.input.emit({ type: 'hostPlanned', host: this.name, stages });
      this.#tasks.clear();
      for (const { title, fields, failure } of stages.flat()) {
        if (failure !== undefined) this.fail(title, failure);
        else this.#tasks.set(title, fields.length > 0 ? 'pending' : 'ok');
      }
    });
  }

  /** Makes the changes of the stages from `first` up to, not including, `end`. */
  async apply(first: number, end = Number.POSITIVE_INFINITY): Promise<void> {
    // The stages of a host that failed cannot be asked for: its answers may be failures.
    const goesOn = () => this.failure === undefined && !this.input.stop.aborted;
    for (let index = first; goesOn() && index < Math.min(end, this.stages().length); index += 1) {
      await this.#attempt(() => applyStage(this, index));
    }
  }

  hasChangesFrom(first: number): boolean {
    const left = this.stages().slice(first);
    return left.some((tasks) => hasChanges(planStage(tasks, this.answers)));
  }

  stages() {
    return chosen(this.input.stagesFor(this.answers), this.input.choice);
  }

  readsFrom(stage: number): readonly Read<unknown>[] {
    return this.input.stagesFor(this.answers).slice(stage).flatMap(readsOf);
  }

  taskSeen(task: string, state: 'ok' | 'pending'): void {
    this.#tasks.set(task, state);
    if (state === 'ok') this.input.emit({ type: 'taskOk', host: this.name, task });
  }

  taskChanged(task: PlannedTask): void {
    this.changed += 1;
    this.#tasks.delete(task.title);
    this.input.emit({ type: 'taskChanged', host: this.name, task: task.title });
    this.input.onChanged?.(this.name, task);
  }

  /** What was changed is as it was before. */
  takenBack(): void {
    this.changed = 0;
  }

  /** Takes the host out of the run for something that is none of its tasks. */
  failWith(failure: Failure): void {
    this.failure ??= failure;
    this.#failed += 1;
    this.input.emit({ type: 'hostFailed', host: this.name, failure });
  }

  /** A task that failed takes its host out of the run. */
  fail(task: string, cause: Failure): void {
    const failure = cause.at(`${task} › ${this.name}`);
    this.failure ??= failure;
    this.#failed += 1;
    this.#tasks.delete(task);
    this.input.emit({ type: 'taskFailed', host: this.name, task, failure });
  }

  summary(): HostSummary {
    const states = [...this.#tasks.values()];
    return {
      host: this.name,
      ok: states.filter((state) => state === 'ok').length,
      changed: this.changed,
      failed: this.#failed,
      pending: states.filter((state) => state === 'pending').length,
      unreachable: this.failure?.kind === 'unreachable',
      elapsedMs: performance.now() - this.#startedAt,
    };
  }

  async close(): Promise<void> {
    await this.lease?.release();
    await this.#session?.[Symbol.asyncDispose]();
  }

  /** Runs a part of the host's work; a Failure in it takes this host out, and no other. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    if (this.failure !== undefined) return;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.failure = error.at(this.name);
      if (error.kind !== 'unreachable') this.#failed += 1;
      const type = error.kind === 'unreachable' ? 'hostUnreachable' : 'hostFailed';
      this.input.emit({ type, host: this.name, failure: this.failure });
    }
  }
}
