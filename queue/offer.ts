import { Failure } from '#engine/model/failure.ts';
import type { Queue } from './connect.ts';
import { Description, jsonIn, RUN_ID, type WaitingSlice } from './messages.ts';
import { makeStreams, mendConsumer } from './streams.ts';
import { EVENTS_STREAM, runSubject, WORK_STREAM, workSubject } from './subjects.ts';

/** Puts what a run is where whoever takes it up finds it. */
export async function describeRun({ stream }: Queue, description: Description): Promise<void> {
  const text = JSON.stringify(description);
  await stream.publish(runSubject(description.work.run), text).catch(({ message }: Error) => {
    throw new Failure('The queue does not take the run', {
      where: `${description.slices.flat().length} hosts, ${text.length} bytes`,
      output: message,
      fix: 'Let nats-server take larger messages (max_payload), or run fewer hosts at once: --limit',
    });
  });
}

/** Puts slices of a run, each once, where workers find them: what of them is there already is taken away. */
export async function offer(
  { stream, manager }: Queue,
  { slices, work }: Description,
  indices: Iterable<number>,
): Promise<void> {
  try {
    await makeStreams(manager);
    await mendConsumer(manager);
    for (const index of indices) {
      const slice: WaitingSlice = { ...work, slice: { index, count: slices.length } };
      const subject = workSubject(work.run, index);
      await manager.streams.purge(WORK_STREAM, { filter: subject });
      await stream.publish(subject, JSON.stringify(slice));
    }
  } catch (error) {
    throw new Failure('The queue has gone away', {
      kind: 'unreachable',
      where: work.run,
      output: (error as Error).message,
      fix: `Go on once it is there again: rota attach ${work.run} --via URL`,
    });
  }
}

/** Takes away what nobody has to do any more. */
export async function withdraw({ manager }: Queue, run: string): Promise<void> {
  // What stays where the server is away just now is forgotten in a week.
  await manager.streams.purge(WORK_STREAM, { filter: workSubject(run) }).catch(() => {});
}

/** Reads what a run is, for whoever takes it up. Throws a Failure where the queue knows none. */
export async function describedRun({ manager }: Queue, run: string): Promise<Description> {
  const message = RUN_ID.test(run)
    ? await manager.streams
        .getMessage(EVENTS_STREAM, { last_by_subj: runSubject(run) })
        .catch(() => null)
    : null;
  const { success, data } = Description.safeParse(message && jsonIn(message));
  if (success) return data;
  throw new Failure('The queue knows no such run', {
    where: run,
    fix: 'Name one of the last week that this version of rota has begun: rota attach RUN --via URL',
  });
}
