import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JsMsg } from '@nats-io/jetstream';
import { Failure } from '#engine/model/failure.ts';
import type { Checkouts } from './checkout.ts';
import type { Queue } from './connect.ts';
import { Leave } from './leave.ts';
import { AnySlice, jsonIn, versionOf, WaitingSlice } from './messages.ts';
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
  while (!stop.aborted) {
    if (queue.nats.isClosed()) throw await closedBy(queue);
    const message = await next(queue);
    if (message === undefined) await delay(RETRY_MS);
    if (!message) continue;
    // Another worker may be able to do what this one is not.
    if (!(await handle(message, input))) await delay(RETRY_MS);
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
  const rota = versionOf(data);
  if (rota !== undefined && rota !== input.rota) {
    const { data: slice } = AnySlice.safeParse(data);
    const why = `its rota is ${input.rota}, and the run’s ${rota}`;
    return await refuse({ ...input, message, leave: slice && new Leave(queue, slice), why });
  }
  const { success, data: slice } = WaitingSlice.safeParse(data);
  if (!success) {
    say(`not understood: ${message.subject}`);
    // With a reason, nats-server 2.9 does not take it for an answer.
    message.term();
    return false;
  }
  const leave = new Leave(queue, slice);
  const found = await folderFor(slice, input);
  if ('why' in found) return await refuse({ ...input, message, leave, why: found.why });
  const answer = await leave.ask('begin');
  if (answer === 'go') await runSlice({ ...input, message, slice, leave, folder: found.folder });
  else if (answer === 'done') message.ack();
  // Nobody has this run: who takes it up offers its slices once more.
  else if (answer === undefined) message.nak(queue.patienceMs * message.info.deliveryCount);
  else message.nak(queue.patienceMs / 4);
  return true;
}

interface Refusing extends Working {
  readonly message: JsMsg;
  readonly leave: Leave | undefined;
  readonly why: string;
}

/** What is handed out once more goes before all else: each time later, else nothing else is handed out. */
async function refuse({ message, leave, why, name, queue }: Refusing): Promise<false> {
  await leave?.refuse(`${name}: ${why}`);
  message.nak(Math.min(2 * queue.patienceMs, RETRY_MS * 4 ** message.info.deliveryCount));
  return false;
}

async function folderFor({ commit, playbook, inventory }: WaitingSlice, { checkouts }: Working) {
  const found = await checkouts.find(commit);
  if ('why' in found) return found;
  const paths = [...(playbook === undefined ? [] : [playbook]), ...inventory];
  const missing = paths.find((path) => !existsSync(join(found.folder, path)));
  return missing === undefined ? found : { why: `commit ${commit} has no ${missing}` };
}
