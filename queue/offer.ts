import { Failure } from '#engine/model/failure.ts';
import type { Queue } from './connect.ts';
import { Description, RUN_ID, type WaitingSlice } from './messages.ts';
import { EVENTS_STREAM, runSubject, workSubject } from './subjects.ts';

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

/** Its slices, for workers. One that is there twice is done once. */
export async function offer({ stream }: Queue, { slices, work }: Description): Promise<void> {
  for (const index of slices.keys()) {
    const slice: WaitingSlice = { ...work, slice: { index: index + 1, count: slices.length } };
    const subject = workSubject(work.run, index + 1);
    await stream
      .publish(subject, JSON.stringify(slice), { msgID: subject })
      .catch(({ message: output }: Error) => {
        throw new Failure('The queue has gone away', {
          kind: 'unreachable',
          where: `${index} of ${slices.length} slices are in it`,
          output,
          fix: `Go on once it is there again: rota attach ${work.run} --via URL`,
        });
      });
  }
}

/** Reads what a run is, for whoever takes it up. Throws a Failure where the queue knows none. */
export async function describedRun({ manager }: Queue, run: string): Promise<Description> {
  const message = RUN_ID.test(run)
    ? await manager.streams
        .getMessage(EVENTS_STREAM, { last_by_subj: runSubject(run) })
        .catch(() => null)
    : null;
  if (message !== null) return Description.parse(message.json());
  throw new Failure('The queue knows no such run', {
    where: run,
    fix: 'Name one of the last week, as its first line did: rota attach RUN --via URL',
  });
}
