import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Queue } from '#queue/connect.ts';
import { offer, withdraw } from '#queue/offer.ts';
import { WORK_STREAM, WORKERS } from '#queue/subjects.ts';
import { described, NatsServer } from './support/nats-server.ts';

const server = new NatsServer();
beforeAll(() => server.start());
afterAll(() => server.remove());

const NEXT = '20261129T141910Z-0887';

/** Takes a slice that waits as a worker does. Gives its subject; undefined where none is handed out. */
async function take({ stream }: Queue): Promise<string | undefined> {
  const consumer = await stream.consumers.get(WORK_STREAM, WORKERS);
  const message = await consumer.next({ expires: 1000 });
  return message?.subject;
}

/** Whether the consumer has numbers that its stream has yet to give. */
async function isAhead({ manager: { consumers, streams } }: Queue): Promise<boolean> {
  const { delivered } = await consumers.info(WORK_STREAM, WORKERS);
  const { state } = await streams.info(WORK_STREAM);
  return delivered.stream_seq > state.last_seq;
}

/** Kills the server after a run that was withdrawn, until that has lost what numbers it had given, as 2.9 may. */
async function loseNumbers(): Promise<void> {
  const run = '20261129T141910Z-0886';
  for (let kills = 0; kills < 20; kills += 1) {
    await using before = await server.connect();
    await offer(before, described(run), [1, 2, 3]);
    await withdraw(before, run);
    await server.kill();
    await server.start();
    await using after = await server.connect();
    if (await isAhead(after)) return;
  }
}

test('a server that was killed after a run hands out the slices of the next', async () => {
  await loseNumbers();
  await using queue = await server.connect();
  await offer(queue, described(NEXT), [1]);
  expect(await take(queue)).toBe(`rota.work.${NEXT}.1`);
});

test('a slice that is offered once more is there once', async () => {
  await using queue = await server.connect();
  for (const _ of ['once', 'more']) await offer(queue, described(NEXT), [1]);
  const { state } = await queue.manager.streams.info(WORK_STREAM);
  expect([await take(queue), state.messages]).toEqual([`rota.work.${NEXT}.1`, 1]);
});
