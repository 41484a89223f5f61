import { nanos } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunEvent } from '#engine/run/events.ts';
import { conduct } from '#queue/conduct.ts';
import type { Queue } from '#queue/connect.ts';
import { Leave } from '#queue/leave.ts';
import type { Description } from '#queue/messages.ts';
import { WaitingSlice } from '#queue/messages.ts';
import { trySubject, WORK_STREAM, WORKERS } from '#queue/subjects.ts';
import { Telling } from '#queue/tell.ts';
import { described, NatsServer } from './support/nats-server.ts';

const PATIENCE_MS = 300;

const server = new NatsServer();
beforeAll(async () => {
  await server.start();
  await using queue = await server.connect();
  await queue.manager.consumers.update(WORK_STREAM, WORKERS, { ack_wait: nanos(PATIENCE_MS) });
});
afterAll(() => server.remove());

/** Conducts a run. Gives it, and the events that it has told until now. */
function conducted(queue: Queue, description: Description) {
  const events: RunEvent[] = [];
  const result = conduct({
    queue,
    description,
    isTakenUp: false,
    stop: new AbortController().signal,
    onRefusal: () => {},
    onWait: () => {},
    emit: (event) => events.push(event),
  });
  return { result, events };
}

/** The next slice that is handed out. */
async function take({ stream }: Queue) {
  for (;;) {
    const consumer = await stream.consumers.get(WORK_STREAM, WORKERS);
    const message = await consumer.next({ expires: 1000 });
    if (message !== null) return { message, slice: WaitingSlice.parse(message.json()) };
  }
}

/** What a process that ran a slice prints. */
function printed({ run: runId, mode }: Description['work'], host: string): Buffer {
  const summary = { host, ok: 1, changed: 0, failed: 0, pending: 0, unreachable: false };
  const hosts = [{ ...summary, elapsedMs: 1 }];
  const result = { runId, mode, hosts, failures: [], interrupted: false, elapsedMs: 1 };
  const events = [
    { type: 'hostFinished', summary: hosts[0] },
    { type: 'runFinished', result },
  ];
  const time = '2026-11-29T14:19:10Z';
  return Buffer.from(events.map((event) => `${JSON.stringify({ time, ...event })}\n`).join(''));
}

test('slices that the queue has lost, by an ack without an end too, are offered again', async () => {
  await using queue = await server.connect();
  await using other = await server.connect();
  const description = described('20261129T141910Z-0886');
  const { work, slices } = description;
  const { result, events } = conducted(queue, description);
  // As a worker does that dies between its ack and the end of what it tells.
  const dying = await take(other);
  expect(await new Leave(other, dying.slice).ask('begin')).toBe('go');
  await dying.message.ackAck();
  await other.manager.streams.purge(WORK_STREAM);
  for (const _ of slices) {
    const { message, slice } = await take(other);
    const leave = new Leave(other, slice);
    expect(await leave.ask('begin')).toBe('go');
    const { index } = slice.slice;
    const telling = new Telling(other, trySubject(work.run, index, leave.try));
    telling.add(printed(work, slices[index - 1]?.[0] ?? ''));
    expect(await telling.end('0')).toBe(true);
    // After the last the coordinator has ended, and asks for no ack.
    if ((await leave.ask('end')) === 'done') await message.ackAck();
  }
  const { hosts, failures } = await result;
  expect([hosts.map(({ host }) => host), failures]).toEqual([['node1', 'node2', 'node3'], []]);
  expect(events.map(({ type }) => type)).toMatchInlineSnapshot(`
    [
      "runStarted",
      "hostFinished",
      "hostFinished",
      "hostFinished",
      "runFinished",
    ]
  `);
});

test('a run whose queue turns it away ends, and says how it goes on', async () => {
  const queue = await server.connect();
  const { result } = conducted(queue, described('20261129T141910Z-0887'));
  const failed = expect(result).rejects.toMatchObject({
    kind: 'unreachable',
    fix: expect.stringContaining('rota attach 20261129T141910Z-0887 --via URL'),
  });
  await using other = await server.connect();
  await take(other);
  await queue.nats.close();
  await failed;
});
