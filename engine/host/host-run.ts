import { Answers } from '#engine/model/answers.ts';
import type { Boot } from '#engine/model/command.ts';
import { Failure, orFailure } from '#engine/model/failure.ts';
import type { Read, Reads } from '#engine/model/read.ts';
import { openRun } from '#engine/reads/runs.ts';
import { applyStage } from './apply-stage.ts';
import { ask } from './ask.ts';
import { HostConnection } from './connection.ts';
import type { HostEvent } from './events.ts';
import type { HostRunInput } from './host-run-input.ts';
import { HostState } from './host-state.ts';
import { type HostPhase, HostTasks } from './host-tasks.ts';
import type { LeaseRequest } from './lease.ts';
import { keepRun, type Undone, undoRun } from './undo.ts';

/** One host in one run: its session, what it has answered, and what is done about its tasks. */
export class HostRun {
  readonly name: string;
  readonly connection: HostConnection;
  readonly #input: HostRunInput;
  readonly #startedAt = performance.now();
  readonly state = new HostState();
  #tasks: HostTasks;

  constructor(input: HostRunInput) {
    this.#input = input;
    this.name = input.host.name;
    this.connection = new HostConnection(input.host, input.connect);
    this.#tasks = new HostTasks(input);
  }

  /** Why the host is out of the run. */
  get failure(): Failure | undefined {
    return this.state.failure;
  }

  get tasks(): HostTasks {
    return this.#tasks;
  }

  get answers(): Answers {
    return this.#tasks.answers;
  }

  async open(): Promise<void> {
    this.#tell({ type: 'hostStarted', host: this.name });
    await this.#attempt(async () => {
      await this.connection.open();
      const elapsedMs = performance.now() - this.#startedAt;
      this.#tell({ type: 'hostConnected', host: this.name, elapsedMs });
    });
  }

  /** Takes the host for this run alone. What others may have done there since the look is looked at anew. */
  async takeLease(): Promise<void> {
    await this.#attempt(async () => {
      const isSettled = await this.connection.takeLease(this.#leaseRequest());
      if (!isSettled && this.answers.find(openRun) === 'none') return;
      this.#tasks = this.#tasks.by(new Answers());
      await this.#askMissing([]);
      if (this.state.planned !== undefined) await this.plan();
    });
  }

  /** The first exchange: all that the tasks of all stages ask, and `more` beside it. */
  async look(more: readonly Read<unknown>[]): Promise<void> {
    await this.#attempt(() => this.#askMissing(more));
  }

  /** One sample for a check. A host out of reach answers with its Failure. */
  async sample(reads: Reads): Promise<Answers | Failure> {
    if (!this.connection.isOpen) return this.failure ?? new Failure('Not connected');
    const look = async () => new Answers(await ask(this.connection.session, Object.values(reads)));
    return await orFailure(this.name, look);
  }

  /** What would be done now, stage by stage. Tells it; a task that cannot be planned is a failure. */
  async plan(): Promise<void> {
    await this.#attempt(async () => {
      const stages = this.#tasks.plan();
      this.#tell({ type: 'hostPlanned', host: this.name, stages });
      for (const { title: task, failure } of stages.flat()) {
        if (failure === undefined) continue;
        const at = failure.at(`${task} › ${this.name}`);
        this.#tell({ type: 'taskFailed', host: this.name, task, failure: at });
      }
    });
  }

  /** From here on its tasks are those of a phase; left out: of the last one. */
  enter(phase?: HostPhase): void {
    this.#tasks = this.#tasks.during(phase);
  }

  /** Makes the changes of the stages from `first` up to, not including, `end`. */
  async apply(first: number, end = Number.POSITIVE_INFINITY): Promise<void> {
    // The stages of a host that failed cannot be asked for: its answers may be failures.
    const goesOn = () => this.failure === undefined && !this.#input.stop.aborted;
    // By what a stage has brought about those after it may not be told any more.
    await this.#attempt(async () => {
      for (let at = first; goesOn() && at < Math.min(end, this.#tasks.stages().length); at += 1)
        await this.#applyStage(at);
    });
  }

  /** Makes what was changed stay. The Failure, when it does not. `goesOn`: a later phase may change more. */
  async keep(goesOn: boolean): Promise<Failure | undefined> {
    const failure = await keepRun(this.connection, this.#input.runId);
    if (failure === undefined && goesOn) this.state.keep();
    return failure;
  }

  /** Makes the host be as it was `before` what was not kept, and sees that it is; a failure of it else. */
  async undo(before: Answers): Promise<Undone | Failure> {
    const { connection, state } = this;
    // Of a host that is lost it is not known how far it came.
    if (state.isBegun || this.failure?.kind === 'unreachable')
      this.#tell({ type: 'undoStarted', host: this.name });
    const reads = () => this.#tasks.readsFrom(0);
    const answers = await undoRun({ connection, runId: this.#input.runId, state, before, reads });
    if (answers === undefined) return 'unchanged';
    if (answers instanceof Failure) return this.fail(answers);
    this.#tasks = this.#tasks.by(answers);
    this.#tell({ type: 'undone', host: this.name });
    return 'undone';
  }

  /** Takes the host out of the run for something that is none of its tasks, or before any of them. */
  fail(failure: Failure, type: 'hostFailed' | 'hostRefused' = 'hostFailed'): Failure {
    this.#tell({ type, host: this.name, failure });
    return failure;
  }

  /** Asks what is not answered yet of `more` and of all stages, also what is only asked for by the answers. */
  async #askMissing(more: readonly Read<unknown>[]): Promise<void> {
    const { answers } = this.#tasks;
    const reads = [...more, ...this.#tasks.readsFrom(0)].filter(({ key }) => !answers.has(key));
    if (reads.length === 0) return;
    for (const { waits: what } of reads)
      if (what !== undefined) this.#tell({ type: 'hostWaiting', host: this.name, what });
    this.#tasks = this.#tasks.by(answers.with(await ask(this.connection.session, reads)));
    await this.#askMissing([]);
  }

  async #applyStage(index: number): Promise<void> {
    const { runId, about, armedFrom, stop, onChanged } = this.#input;
    const armed = index >= armedFrom;
    await this.#askMissing([]);
    const answers = await applyStage({
      host: this.name,
      tasks: this.#tasks.stages()[index] ?? [],
      answers: this.#tasks.answers,
      plan: this.#tasks.plan()[index] ?? [],
      reads: this.#tasks.readsFrom(index),
      isPartial: this.#tasks.isPartial,
      program: () => ({ ...this.connection.held, runId, about, armed, stop }),
      boot: (command) => this.#boot(command),
      tell: (event) => this.#tell(event, armed),
      onChanged,
    });
    this.#tasks = this.#tasks.by(answers);
  }

  async #boot({ seconds }: Boot): Promise<Failure | undefined> {
    const until = new Date(Date.now() + seconds * 1000).toISOString();
    this.#tell({ type: 'hostBooting', host: this.name, until });
    // Few runs boot a host.
    const { throughBoot } = await import('./boot.ts');
    return await throughBoot(this.connection, this.#leaseRequest(), seconds);
  }

  #leaseRequest(): Omit<LeaseRequest, 'session'> {
    const onSettling: LeaseRequest['onSettling'] = (old) =>
      this.#tell({ type: 'hostSettling', host: this.name, ...old });
    return { ...this.#input, onSettling };
  }

  /** Runs a part of the host's work; a Failure in it takes this host out, and no other. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    if (this.failure !== undefined) return;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const type = error.kind === 'unreachable' ? 'hostUnreachable' : 'hostFailed';
      this.#tell({ type, host: this.name, failure: error.at(this.name) });
    }
  }

  #tell(event: HostEvent, armed = false): void {
    this.state.see(event, armed);
    this.#input.emit(event);
  }
}
