import { setTimeout as delay } from 'node:timers/promises';
import type { JsMsg } from '@nats-io/jetstream';
import { Failure } from '#engine/model/failure.ts';
import type { Checkouts } from './checkout.ts';
import type { Queue } from './connect.ts';
import { Leave } from './leave.ts';
import { isOfOtherRota, jsonIn, WaitingSlice } from './messages.ts';
import { type QueueWorker, runSlice } from './run-slice.ts';
import { WORK_STREAM, WORKERS } from './subjects.ts';

export interface Working extends QueueWorker {
  readonly checkouts: Checkouts;
  /** The version of this rota. */
  readonly rota: string;
}

/** Takes slices out of a queue, one at a time, and runs each, until it is stopped. */
export async function work(input: Working): Promise<void> {
  const { queue, stop } = input;
  let refusals = 0;
  while (!stop.aborted) {
    if (queue.nats.isClosed()) throw await closedBy(queue);
    const message = await next(queue);
    if (message === undefined) await delay(RETRY_MS);
    if (!message) continue;
    refusals = (await handle(message, input)) ? 0 : refusals + 1;
    // Another worker may be able to do what this one is not.
    if (refusals > 0) await delay(Math.min(queue.patienceMs, RETRY_MS * 2 ** refusals));
  }
}

const RETRY_MS = 200;
const WAIT_MS = 2000;

async function closedBy({ nats }: Queue): Promise<Failure> {
  const why = await nats.closed();
  return new Failure('The queue has turned the worker away', {
    output: why?.message,
    fix: 'Start it again with a key that the server takes.',
  });
}

/** One at a time: what was fetched ahead would wait here, while it is taken for being done. */
async function next({ stream }: Queue): Promise<JsMsg | null | undefined> {
  try {
    const consumer = await stream.consumers.get(WORK_STREAM, WORKERS);
    return await consumer.next({ expires: WAIT_MS });
  } catch {
    return undefined;
  }
}

/** False for a slice that this worker cannot run. */
async function handle(message: JsMsg, input: Working): Promise<boolean> {
  const { queue, say, stop } = input;
  if (stop.aborted) {
    message.nak();
    return true;
  }
  const data = jsonIn(message);
  const { success, data: slice } = WaitingSlice.safeParse(data);
  if (!success) {
    say(`not understood: ${message.subject}`);
    // Of another rota, it is for workers of that one.
    if (isOfOtherRota(data, input.rota)) message.nak(queue.patienceMs);
    else message.term('not understood');
    return false;
  }
  const leave = new Leave(queue, slice);
  const found = await folderFor(slice, input);
  if ('why' in found) {
    await leave.refuse(`${input.name}: ${found.why}`);
    message.nak(RETRY_MS);
    return false;
  }
  const answer = await leave.ask('begin');
  if (answer === 'go') await runSlice({ ...input, message, slice, leave, folder: found.folder });
  else if (answer === 'done') message.ack();
  // Nobody has this run: who takes it up offers its slices once more.
  else if (answer === undefined) message.nak(queue.patienceMs * message.info.deliveryCount);
  else message.nak(queue.patienceMs / 4);
  return true;
}

async function folderFor({ rota, commit }: WaitingSlice, input: Working) {
  if (rota !== input.rota) return { why: `its rota is ${input.rota}, and the run’s ${rota}` };
  return await input.checkouts.find(commit);
}
