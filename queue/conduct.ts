import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import type { Msg } from '@nats-io/transport-node';
import { Failure } from '#engine/model/failure.ts';
import type { Emit, RunResult } from '#engine/run/events.ts';
import type { Queue } from './connect.ts';
import { tellEnd } from './ended-run.ts';
import { MergedRun } from './merged-run.ts';
import { Ask, type Description, jsonIn, type RunEnd } from './messages.ts';
import { offer, withdraw } from './offer.ts';
import { SliceBook } from './slice-book.ts';
import { allOfRun, EVENTS_STREAM, leaveSubject } from './subjects.ts';
import { type ToldPiece, TriesTold } from './tries-told.ts';

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
  /** Is told how many slices wait where no worker asks for any. */
  onWait(slices: number): void;
}

/** Gives workers leave for the slices of a run, and tells all of it as one run, to its end. */
export async function conduct(input: Conducting): Promise<RunResult> {
  const { queue, description, stop } = input;
  const { run } = description.work;
  using conductor = new Conductor(input);
  const answers = queue.nats.subscribe(leaveSubject(run), {
    callback: (error, message) => {
      if (error) conductor.fail(notHeard(run, error));
      else conductor.answer(message);
    },
  });
  const consumer = await queue.stream.consumers.get(EVENTS_STREAM, {
    filter_subjects: allOfRun(run),
  });
  const messages = await consumer.consume({
    ...SOON,
    callback: (message) => conductor.hear(message),
  });
  const onStop = () => conductor.stop();
  stop.addEventListener('abort', onStop, { once: true });
  if (stop.aborted) onStop();
  const over = Promise.race([conductor.over, lost(queue, messages, run)]);
  await Promise.all([offer(queue, description), over]);
  stop.removeEventListener('abort', onStop);
  await messages.close();
  await tellEnd(queue, run, conductor.end);
  answers.unsubscribe();
  // What stays where the server is away just now is forgotten in a week.
  await withdraw(queue, run).catch(() => {});
  return conductor.finish();
}

/** Milliseconds. A server that was away is missed after two beats; without that, after half a minute. */
const SOON = { expires: 5000, idle_heartbeat: 1000 };

/** Throws once nothing more can come. */
async function lost(queue: Queue, messages: ConsumerMessages, run: string): Promise<never> {
  const why = await Promise.race([messages.closed(), queue.nats.closed()]);
  throw new Failure('The queue cannot be followed any more', {
    kind: 'unreachable',
    output: why?.message,
    fix: `Take the run up again: rota attach ${run} --via URL`,
  });
}

function notHeard(run: string, { message: output }: Error): Failure {
  return new Failure('The queue does not let workers ask rota for leave', {
    where: leaveSubject(run),
    output,
    fix: 'Give this user what a coordinator has to be allowed: docs/scale.md',
  });
}

/** Nobody has asked for so long: there is no worker, or there is none any more. */
const SILENT_MS = 10_000;

class Conductor implements Disposable {
  readonly #input: Conducting;
  readonly #book: SliceBook;
  readonly #run: MergedRun;
  readonly #told = new TriesTold();
  readonly #reasons = new Set<string>();
  readonly #over = Promise.withResolvers<void>();
  readonly #look: NodeJS.Timeout;
  #hasToldWait = false;

  constructor(input: Conducting) {
    const { queue, description, emit, isTakenUp } = input;
    const { slices, ringsAtOnce, maxFailed } = description;
    // Less than the server’s: what that hands out once more is free by then.
    const patienceMs = (queue.patienceMs * 5) / 6;
    this.#input = input;
    this.#run = new MergedRun(description, emit);
    const isFull = (slice?: number) =>
      this.#run.failedIn(this.#book.tries, slice) > (maxFailed ?? Number.POSITIVE_INFINITY);
    const options = { slices: slices.length, ringsAtOnce, patienceMs, isTakenUp, isFull };
    this.#book = new SliceBook(options, performance.now());
    // It may be over before anyone waits for that.
    this.#over.promise.catch(() => {});
    this.#look = setInterval(() => this.#lookAround(), patienceMs / 10);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#look);
  }

  get over(): Promise<void> {
    return this.#over.promise;
  }

  stop(): void {
    this.#run.interrupt();
    this.#book.stop();
    this.#endWhenOver();
  }

  #lookAround(): void {
    const { queue, description, onWait } = this.#input;
    const now = performance.now();
    this.#endWhenOver();
    const waiting = this.#book.waiting(now, SILENT_MS);
    if (waiting > 0 && !this.#hasToldWait) onWait(waiting);
    this.#hasToldWait = waiting > 0;
    const due = this.#book.due(now);
    // What cannot be offered now is due once more.
    if (due.length > 0) offer(queue, description, due).catch(() => {});
  }

  /** A worker asks. What it asks for is checked like any other input. */
  answer(message: Msg): void {
    const { success, data } = Ask.safeParse(jsonIn(message));
    if (!success || data.slice > this.#input.description.slices.length) return;
    if (data.want.what === 'cannot') this.#tellReason(data.want.why);
    message.respond(this.#book.answer(data, performance.now()));
    this.#endWhenOver();
  }

  #tellReason(why: string): void {
    if (this.#reasons.has(why)) return;
    this.#reasons.add(why);
    this.#input.onRefusal(why);
  }

  /** A piece of what a try has to tell. */
  hear(message: JsMsg): void {
    const heard = this.#told.of(message);
    if (heard === undefined || heard.slice > this.#input.description.slices.length) return;
    try {
      this.#tell(heard);
    } catch (error) {
      this.#over.reject(error);
    }
  }

  #tell({ slice, name, events, exit }: ToldPiece): void {
    this.#book.begun(slice, name);
    for (const event of events) this.#run.add(name, event);
    if (exit) this.#book.ended(slice, name, this.#run.exitOf(name, exit), performance.now());
    this.#endWhenOver();
  }

  fail(failure: Failure): void {
    this.#over.reject(failure);
  }

  #endWhenOver(): void {
    if (this.#book.isOver(performance.now())) this.#over.resolve();
  }

  /** How the run ended, for whoever asks later. */
  get end(): RunEnd {
    const slices = this.#book.ends.map((end) => end ?? null);
    return { interrupted: this.#input.stop.aborted, slices };
  }

  finish(): RunResult {
    return this.#run.finish(this.#book.ends);
  }
}
