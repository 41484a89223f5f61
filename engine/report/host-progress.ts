import type { Failure } from '#engine/model/failure.ts';
import type { StagePlan } from '#engine/model/task.ts';
import type { HostSummary, Mode, RunEvent } from '../run/events.ts';
import type { Standing } from './standing.ts';
import { bootWords, countOf } from './words.ts';

/** More than are ever shown of what a running task prints. */
const LIVE_LINES = 5;

type ProgressEvent = Exclude<
  Extract<RunEvent, { readonly host: string }>,
  { readonly type: 'checkWaiting' | 'checkPassed' | 'checkFailed' }
>;
type TaskEvent = Extract<ProgressEvent, { readonly task: string }>;

/** How far a host is, folded from its events into the words of its row. */
export class HostProgress {
  readonly name: string;
  standing: Standing = 'waiting';
  /** What it is about: its standing, or that more exactly. */
  word = 'waiting';
  /** What else there is to say. */
  detail = '';
  /** When what it is about began. */
  since: number;
  /** The last lines that the running task printed. */
  output: readonly string[] = [];
  /** The titles of the tasks that were changed, and not taken back. */
  changed: readonly string[] = [];
  undone = '';
  readonly #mode: Mode;
  readonly #toChange = new Set<string>();
  readonly #settled = new Set<string>();
  #tasks = 0;
  #turn = '';
  #running: string | undefined;
  /** Why it failed, with the task if it was one: the first reason there was. */
  #failure: { readonly word: string; readonly why: string } | undefined;

  constructor(name: string, mode: Mode, now: number) {
    this.name = name;
    this.#mode = mode;
    this.since = now;
  }

  onEvent(event: ProgressEvent, now: number): void {
    switch (event.type) {
      case 'hostStarted':
        this.#work('connecting', now);
        break;
      case 'hostConnected':
      case 'hostWaiting':
        this.#work('reading', this.since, 'what' in event ? event.what : '');
        break;
      case 'hostBooting':
        this.#work('booting', now, bootWords(event.until));
        break;
      case 'hostPlanned':
        this.#plan(event.stages.flat());
        break;
      case 'hostQueued':
        this.#turn = ' for its turn';
        this.#wait();
        break;
      case 'hostSettling':
        if (event.run === undefined) this.#say('answered');
        else this.#work('settling', now);
        break;
      case 'hostUnreachable':
      case 'hostFailed':
      case 'hostRefused':
        this.#fail(event.failure, event.type);
        break;
      case 'undoStarted':
        this.#running = undefined;
        this.#work('undoing', now);
        break;
      case 'undone':
        this.#undo();
        break;
      default:
        if ('task' in event) this.#onTask(event, now);
    }
  }

  /** All hosts were looked at: there is no more to come of one for which nothing was planned. */
  endLook(): void {
    if (this.word === 'reading') this.#say('answered');
  }

  end({ failed, unreachable, pending }: HostSummary): void {
    this.#running = undefined;
    if (this.standing === 'failed') return;
    if (this.#failure !== undefined || failed > 0 || unreachable) this.#fail();
    else if (pending > 0 && this.#mode !== 'dry-run') this.#sayPending(pending);
    else this.#settle();
  }

  /** What was done stands below it. */
  #sayPending(pending: number): void {
    const left = this.#of(pending);
    if (this.changed.length > 0) this.#say('done in part', 'done in part', `${left} not done`);
    else this.#say('not done', `not done${this.undone}`, left);
  }

  /** A failure of its own is not needed for that: the run may have been stopped, or another failed. */
  #undo(): void {
    for (const task of this.changed) this.#toChange.add(task);
    this.changed = [];
    this.undone = ', undone';
    if (this.#failure === undefined) this.#sayPending(this.#toChange.size);
    else this.#fail();
  }

  #plan(tasks: StagePlan): void {
    this.#tasks = tasks.length;
    this.#toChange.clear();
    for (const { title, fields } of tasks) if (fields.length > 0) this.#toChange.add(title);
    if (this.standing !== 'working' || this.word === 'reading') this.#settle();
  }

  #onTask(event: TaskEvent, now: number): void {
    const { type, task } = event;
    if (type === 'taskOutput') this.#print(task, event.line);
    else if (type === 'taskStarted') {
      this.#running = task;
      this.#work(this.#of(this.#settled.size), now, task);
    } else {
      if (type === 'taskFailed') this.#fail(event.failure, type, task);
      if (type === 'taskChanged') this.changed = [...this.changed, task];
      if (type === 'taskOk' || type === 'taskChanged') this.#toChange.delete(task);
      this.#onSettled(task);
    }
  }

  #onSettled(task: string): void {
    this.#settled.add(task);
    // Of a later stage the plan may not have known.
    this.#tasks = Math.max(this.#tasks, this.#settled.size);
    if (this.#running === task) this.#running = undefined;
    if (this.#running !== undefined) return;
    if (this.standing === 'working' && this.#toChange.size > 0)
      this.#work(this.#of(this.#settled.size), this.since);
    else this.#settle();
  }

  #print(task: string, line: string): void {
    if (this.#running !== task || line.trim() === '') return;
    this.output = [...this.output, line].slice(-LIVE_LINES);
  }

  /** What its tasks say of a host at which nothing is under way. */
  #settle(): void {
    const left = this.#toChange.size;
    if (left > 0 && this.#mode === 'dry-run')
      this.#say('would change', 'would change', this.#of(left));
    else if (left > 0) this.#wait();
    else if (this.changed.length > 0)
      this.#say('changed', 'changed', this.#of(this.changed.length));
    else if (this.#tasks > 0) this.#say('ok', 'ok', countOf(this.#tasks, 'task'));
    else this.#say('answered');
  }

  #wait(): void {
    this.#say('waiting', `waiting${this.#turn}, ${countOf(this.#toChange.size, 'task')} to change`);
  }

  #work(word: string, since: number, detail?: string): void {
    this.since = since;
    this.#say('working', word, detail);
  }

  #fail(failure?: Failure, type?: ProgressEvent['type'], task?: string): void {
    if (failure !== undefined) {
      const why = [task, failure.message].filter((part) => part !== undefined).join(': ');
      const own = failure.kind === 'unreachable' ? 'unreachable' : 'failed';
      const word = type === 'hostRefused' ? 'refused' : own;
      this.#failure ??= { word, why };
    }
    const word = this.#failure?.word ?? 'failed';
    this.#say('failed', `${word}${this.undone}`, this.#failure?.why);
  }

  #say(standing: Standing, word: string = standing, detail = ''): void {
    if (this.#failure !== undefined && standing !== 'failed' && word !== 'undoing') return;
    Object.assign(this, { standing, word, detail, output: [] });
  }

  #of(count: number): string {
    return `${count} of ${countOf(this.#tasks, 'task')}`;
  }
}
