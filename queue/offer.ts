import { Failure } from '#engine/model/failure.ts';
import type { Queue } from './connect.ts';
import { Description, jsonIn, RUN_ID, type WaitingSlice } from './messages.ts';
import { makeStreams } from './streams.ts';
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

/** Puts all or some slices of a run where workers find them, each once. */
export async function offer(
  { stream, manager }: Queue,
  { slices, work }: Description,
  indices: readonly number[] = slices.map((_, at) => at + 1),
): Promise<void> {
  try {
    await makeStreams(manager);
    for (const index of indices) {
      const slice: WaitingSlice = { ...work, slice: { index, count: slices.length } };
      const subject = workSubject(work.run, index);
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

/**
 * Takes away what nobody has to do any more. One by one: a server of 2.9 that purges by a subject forgets
 * what workers have of others, and when it is killed then, how far it has counted.
 */
export async function withdraw({ manager: { streams } }: Queue, run: string): Promise<void> {
  const { state } = await streams.info(WORK_STREAM, { subjects_filter: workSubject(run) });
  for (const subject of Object.keys(state.subjects ?? {})) {
    const message = await streams.getMessage(WORK_STREAM, { last_by_subj: subject });
    if (message) await streams.deleteMessage(WORK_STREAM, message.seq);
  }
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
