import { type JetStreamManager, RetentionPolicy } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { EVENTS_STREAM, WORK_STREAM, WORKERS } from './subjects.ts';

const DAY_MS = 86_400_000;
const PATIENCE_MS = 30_000;
/** For how long a worker tries to tell one thing. */
const TELL_MS = 10 * PATIENCE_MS;

/**
 * Makes the streams and the consumer that are not there yet. Gives how long the consumer waits for an ack:
 * whoever has made it may have other times than rota.
 */
export async function makeStreams({ streams, consumers }: JetStreamManager): Promise<number> {
  const max_age = nanos(7 * DAY_MS);
  await unlessThere(
    () => streams.info(WORK_STREAM),
    () =>
      streams.add({
        name: WORK_STREAM,
        subjects: ['rota.work.*.*'],
        retention: RetentionPolicy.Workqueue,
        // A slice that is offered once more takes the place of what was left of it.
        max_msgs_per_subject: 1,
        max_age,
      }),
  );
  await unlessThere(
    () => streams.info(EVENTS_STREAM),
    () =>
      streams.add({
        name: EVENTS_STREAM,
        subjects: ['rota.events.>'],
        max_age,
        // Longer than a worker tries to tell the same.
        duplicate_window: nanos(2 * TELL_MS),
      }),
  );
  const { config } = await unlessThere(
    () => consumers.info(WORK_STREAM, WORKERS),
    () =>
      consumers.add(WORK_STREAM, {
        durable_name: WORKERS,
        ack_policy: 'explicit',
        ack_wait: nanos(PATIENCE_MS),
        // How often is for the coordinator to say, who knows which tries were begun.
        max_deliver: -1,
        max_ack_pending: 100_000,
      }),
  );
  return (config.ack_wait ?? nanos(PATIENCE_MS)) / 1e6;
}

/** Of two that find nothing, both may make it: it is the same. */
async function unlessThere<T>(find: () => Promise<T>, make: () => Promise<T>): Promise<T> {
  return await find().catch(async (error: Error) => {
    if (!/not found/.test(error.message)) throw error;
    return await make();
  });
}
