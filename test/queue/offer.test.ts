import { nanos } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Queue } from '#queue/connect.ts';
import { offer, withdraw } from '#queue/offer.ts';
import { EVENTS_STREAM, WORK_STREAM, WORKERS } from '#queue/subjects.ts';
import { described, NatsServer } from './support/nats-server.ts';

const server = new NatsServer();
beforeAll(() => server.start());
afterAll(() => server.remove());

const [RUN, OTHER] = ['20261129T141910Z-0886', '20261129T141910Z-0887'];

/** Takes a slice that waits as a worker does; nothing where none is handed out. */
async function take({ stream }: Queue) {
  const consumer = await stream.consumers.get(WORK_STREAM, WORKERS);
  return await consumer.next({ expires: 1000 });
}

test('a slice that is offered once more is there once', async () => {
  await using queue = await server.connect();
  for (const _ of ['once', 'more']) await offer(queue, described(RUN), [1]);
  const { state } = await queue.manager.streams.info(WORK_STREAM);
  expect(state.messages).toBe(1);
  await (await take(queue))?.ackAck();
});

test('what a worker tells once more after minutes is told once', async () => {
  await using queue = await server.connect();
  const { config } = await queue.manager.streams.info(EVENTS_STREAM);
  expect(config.duplicate_window).toBe(nanos(600_000));
});

test('what a worker has stays its own when other slices are offered, and when another run is over', async () => {
  await using queue = await server.connect();
  await offer(queue, described(RUN), [1]);
  const taken = await take(queue);
  await offer(queue, described(OTHER), [1, 2]);
  await withdraw(queue, OTHER);
  // It would come back if its worker died, and comes back since that gives it back.
  taken?.nak();
  const again = await take(queue);
  expect([again?.subject, again?.info.deliveryCount]).toEqual([`rota.work.${RUN}.1`, 2]);
  await again?.ackAck();
});

test('a server that is killed after a run hands out the slices of the next', async () => {
  for (let kills = 0; kills < 3; kills += 1) {
    await using queue = await server.connect();
    await offer(queue, described(RUN), [1, 2, 3]);
    expect((await take(queue))?.subject).toBe(`rota.work.${RUN}.1`);
    await withdraw(queue, RUN);
    await server.kill();
    await server.start();
  }
});
