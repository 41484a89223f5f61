import type { JsMsg } from '@nats-io/jetstream';
import type { Msg } from '@nats-io/transport-node';
import type { Emit, RunResult } from '#engine/run/events.ts';
import type { Queue } from './connect.ts';
import { MergedRun } from './merged-run.ts';
import { Ask, type Description } from './messages.ts';
import { offer } from './offer.ts';
import { SliceBook } from './slice-book.ts';
import {
  allOfRun,
  EVENTS_STREAM,
  EXIT_HEADER,
  leaveSubject,
  WORK_STREAM,
  workSubject,
} from './subjects.ts';
import { TryEvents } from './try-events.ts';

export interface Conducting {
  readonly queue: Queue;
  readonly description: Description;
  readonly emit: Emit;
  /** Ctrl-C. */
  readonly stop: AbortSignal;
  /** Whether another coordinator has begun the run, and died. */
  readonly isTakenUp: boolean;
  /** Is told why a worker cannot run a slice, each reason once. */
  onRefusal(why: string): void;
}

/** Gives workers leave for the slices of a run, and tells all of it as one run, to its end. */
export async function conduct(input: Conducting): Promise<RunResult> {
  const { queue, description, stop } = input;
  const conductor = new Conductor(input);
  const answers = queue.nats.subscribe(leaveSubject(description.work.run), {
    callback: (_, message) => conductor.answer(message),
  });
  const consumer = await queue.stream.consumers.get(EVENTS_STREAM, {
    filter_subjects: allOfRun(description.work.run),
  });
  const messages = await consumer.consume({
    ...SOON,
    callback: (message) => conductor.hear(message),
  });
  await offer(queue, description);
  const onStop = () => conductor.stop();
  stop.addEventListener('abort', onStop, { once: true });
  if (stop.aborted) onStop();
  await conductor.over;
  stop.removeEventListener('abort', onStop);
  await messages.close();
  answers.unsubscribe();
  const filter = workSubject(description.work.run);
  // What stays where the server is away just now is forgotten in a week.
  await queue.manager.streams.purge(WORK_STREAM, { filter }).catch(() => {});
  return conductor.finish();
}

/** Milliseconds. A server that was away is missed after two beats; without that, after half a minute. */
const SOON = { expires: 5000, idle_heartbeat: 1000 };

class Conductor {
  readonly #input: Conducting;
  readonly #book: SliceBook;
  readonly #run: MergedRun;
  readonly #events = new Map<string, TryEvents>();
  readonly #reasons = new Set<string>();
  readonly #over = Promise.withResolvers<void>();
  readonly #look: NodeJS.Timeout;

  constructor(input: Conducting) {
    const { queue, description, emit } = input;
    const { slices, ringsAtOnce, maxFailed } = description;
    const { patienceMs } = queue;
    this.#input = input;
    this.#run = new MergedRun(description, emit);
    this.#book = new SliceBook({
      slices: slices.length,
      ringsAtOnce,
      patienceMs,
      isFull: () => this.#failed() > (maxFailed ?? Number.POSITIVE_INFINITY),
    });
    if (input.isTakenUp) this.#book.listen(Date.now());
    this.#look = setInterval(() => this.#endWhenOver(), patienceMs / 10);
  }

  get over(): Promise<void> {
    return this.#over.promise;
  }

  stop(): void {
    this.#run.interrupt();
    this.#book.stop();
    this.#endWhenOver();
  }

  /** A worker asks. What it asks for is checked like any other input. */
  answer(message: Msg): void {
    const { success, data } = Ask.safeParse(jsonIn(message));
    if (!success || data.slice > this.#input.description.slices.length) return;
    if (data.want.what === 'cannot') this.#tellReason(data.want.why);
    message.respond(this.#mayAnswer(data) ? this.#book.answer(data, Date.now()) : 'wait');
    this.#endWhenOver();
  }

  /** What failed in a slice that has ended is known before anything else begins. */
  #mayAnswer({ want }: Ask): boolean {
    return this.#isAllTold() || !['begin', 'ring'].includes(want.what);
  }

  /** An answer may have come before the last of the events that it is about. */
  #isAllTold(): boolean {
    return this.#book.ends.every(
      (end) => end === undefined || !('try' in end) || this.#told.has(end.try),
    );
  }

  #tellReason(why: string): void {
    if (this.#reasons.has(why)) return;
    this.#reasons.add(why);
    this.#input.onRefusal(why);
  }

  /** A piece of what a try has to tell. */
  hear(message: JsMsg): void {
    const [, , , slice = '', name] = message.subject.split('.');
    const index = Number(slice);
    if (name === undefined || !(index >= 1 && index <= this.#input.description.slices.length))
      return;
    this.#book.begun(index, name);
    const events = this.#events.get(name) ?? new TryEvents();
    this.#events.set(name, events);
    for (const event of events.add(message.data)) this.#run.add(index, name, event);
    const exit = message.headers?.get(EXIT_HEADER);
    if (exit) this.#heardAll(index, name, exit);
  }

  #heardAll(slice: number, name: string, exit: string): void {
    this.#book.ended(slice, name, exit);
    this.#told.add(name);
    this.#endWhenOver();
  }

  /** Tries of which all was heard. */
  readonly #told = new Set<string>();

  #failed(): number {
    const { slices } = this.#input.description;
    return this.#run.failedIn(slices.map((_, index) => this.#book.currentOf(index + 1)));
  }

  #endWhenOver(): void {
    if (!this.#book.isOver(Date.now()) || !this.#isAllTold()) return;
    clearInterval(this.#look);
    this.#over.resolve();
  }

  finish(): RunResult {
    return this.#run.finish(this.#book.ends);
  }
}

function jsonIn(message: Msg): unknown {
  try {
    return message.json();
  } catch {
    return undefined;
  }
}
