import { errors } from '@nats-io/transport-node';
import { Failure } from '#engine/model/failure.ts';
import type { Emit, RunResult } from '#engine/run/events.ts';
import type { Queue } from './connect.ts';
import { MergedRun } from './merged-run.ts';
import { type Description, jsonIn, RunEnd } from './messages.ts';
import { allOfRun, EVENTS_STREAM, endSubject, leaveSubject } from './subjects.ts';
import { TriesTold } from './tries-told.ts';

/** Puts how a run ended where whoever asks for it finds it. */
export async function tellEnd({ stream }: Queue, run: string, end: RunEnd): Promise<void> {
  // Where the server is away just now, the run is taken for one that goes on.
  await stream.publish(endSubject(run), JSON.stringify(end)).catch(() => {});
}

/** How a run ended; undefined for one that may go on. Throws a Failure where a coordinator has it. */
export async function endOf(queue: Queue, run: string): Promise<RunEnd | undefined> {
  const message = await queue.manager.streams
    .getMessage(EVENTS_STREAM, { last_by_subj: endSubject(run) })
    .catch(() => null);
  const end = RunEnd.safeParse(message && jsonIn(message)).data;
  if (end === undefined) await refuseHeld(queue, run);
  return end;
}

/** What is no question gets no answer of a coordinator; where there is none, the server says so. */
async function refuseHeld({ nats }: Queue, run: string): Promise<void> {
  try {
    await nats.request(leaveSubject(run), '', { timeout: 1000 });
  } catch (error) {
    if (error instanceof errors.RequestError && error.isNoResponders()) return;
    if (error instanceof errors.TimeoutError) throw heldByAnother(run);
    throw new Failure('Nobody knows whether another rota gives leave for this run', {
      where: run,
      output: (error as Error).message,
      fix: 'Give this user what a coordinator has to be allowed: docs/scale.md',
    });
  }
}

function heldByAnother(run: string): Failure {
  return new Failure('Another rota gives leave for this run', {
    where: run,
    fix: 'Follow it there, or end it with Ctrl-C. Of a machine that is gone NATS knows after some minutes.',
  });
}

interface Ended {
  readonly queue: Queue;
  readonly description: Description;
  readonly end: RunEnd;
  readonly emit: Emit;
}

/** Tells a run that has ended once more. */
export async function showEnded({ queue, description, end, emit }: Ended): Promise<RunResult> {
  const filter_subjects = allOfRun(description.work.run);
  const consumer = await queue.stream.consumers.get(EVENTS_STREAM, { filter_subjects });
  const run = new MergedRun(description, emit);
  const told = new TriesTold();
  for await (const message of await consumer.consume()) {
    const heard = told.of(message);
    for (const event of heard?.events ?? []) run.add(heard?.name ?? '', event);
    if (message.info.pending === 0) break;
  }
  if (end.interrupted) run.interrupt();
  return run.finish(end.slices.map((slice) => slice ?? undefined));
}
