import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nanos } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunEvent } from '#engine/run/events.ts';
import { Checkouts } from '#queue/checkout.ts';
import { conduct } from '#queue/conduct.ts';
import type { Queue } from '#queue/connect.ts';
import { endOf, showEnded } from '#queue/ended-run.ts';
import { Leave } from '#queue/leave.ts';
import { type Description, WaitingSlice } from '#queue/messages.ts';
import { withdraw } from '#queue/offer.ts';
import { trySubject, WORK_STREAM, WORKERS } from '#queue/subjects.ts';
import { Telling } from '#queue/tell.ts';
import { work } from '#queue/work.ts';
import { described, NatsServer, printed } from './support/nats-server.ts';

const server = new NatsServer();
beforeAll(() => server.start());
afterAll(() => server.remove());

/** Has whoever is silent for so long taken for dead, and connects. */
async function connect(patienceMs: number): Promise<Queue> {
  const queue = await server.connect();
  const ack_wait = nanos(patienceMs);
  await queue.manager.consumers.update(WORK_STREAM, WORKERS, { ack_wait });
  return { ...queue, patienceMs };
}

/** Conducts a run. Gives it, and what it has told until now. */
function conducted(queue: Queue, description: Description, stop = new AbortController().signal) {
  const events: RunEvent[] = [];
  const refusals: string[] = [];
  const result = conduct({
    queue,
    description,
    isTakenUp: false,
    stop,
    onRefusal: (why) => refusals.push(why),
    onWait: () => {},
    emit: (event) => events.push(event),
  });
  return { result, events, refusals };
}

/** The next slice that is handed out. */
async function take({ stream }: Queue) {
  for (;;) {
    const consumer = await stream.consumers.get(WORK_STREAM, WORKERS);
    const message = await consumer.next({ expires: 1000 });
    if (message !== null) return { message, slice: WaitingSlice.parse(message.json()) };
  }
}

/** Does all slices of a run as a worker does. */
async function doAll(queue: Queue, { work, slices }: Description): Promise<void> {
  for (let left = slices.length; left > 0; ) {
    const { message, slice } = await take(queue);
    const leave = new Leave(queue, slice);
    const answer = await leave.ask('begin');
    if (answer === 'done') {
      // It was offered again while this process was held up.
      await message.ackAck();
      continue;
    }
    if (answer === undefined) {
      // Nobody answered within the second that a worker waits, who then leaves it to others.
      message.nak();
      continue;
    }
    expect(answer).toBe('go');
    left -= 1;
    const { index } = slice.slice;
    const telling = new Telling(queue, trySubject(work.run, index, leave.try));
    telling.add(printed(work, slices[index - 1]?.[0] ?? ''));
    expect(await telling.end('0')).toBe(true);
    // After the last the coordinator has ended, and asks for no ack.
    if ((await leave.ask('end')) === 'done') await message.ackAck();
  }
}

test('slices that the queue has lost, by an ack without an end too, are offered again', async () => {
  await using queue = await connect(300);
  await using other = await server.connect();
  const description = described('20261129T141910Z-0886');
  const { result, events } = conducted(queue, description);
  // As a worker does that dies between its ack and the end of what it tells.
  const dying = await take(other);
  expect(await new Leave(other, dying.slice).ask('begin')).toBe('go');
  await dying.message.ackAck();
  await other.manager.streams.purge(WORK_STREAM);
  await doAll(other, description);
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

test('a run that has ended is shown as it was, and begins nothing', async () => {
  await using queue = await connect(60_000);
  await using other = await server.connect();
  const { run } = described('20261129T141910Z-0889').work;
  const description = described(run);
  const stop = new AbortController();
  const { result, events } = conducted(queue, description, stop.signal);
  const { slice } = await take(other);
  const leave = new Leave(other, slice);
  expect(await leave.ask('begin')).toBe('go');
  await expect(endOf(other, run)).rejects.toThrow('Another rota gives leave for this run');
  const telling = new Telling(other, trySubject(run, slice.slice.index, leave.try));
  telling.add(printed(description.work, 'node1'));
  expect(await telling.end('0')).toBe(true);
  await expect.poll(() => leave.ask('end')).toBe('done');
  stop.abort();
  const { elapsedMs: _, ...first } = await result;
  const end = await endOf(other, run);
  const again: RunEvent[] = [];
  const emit = (event: RunEvent) => void again.push(event);
  if (end === undefined) throw new Error('It has not ended');
  const shown = await showEnded({ queue: other, description, end, emit });
  expect(shown).toMatchObject(first);
  expect(again.map(({ type }) => type)).toEqual(events.map(({ type }) => type));
  const { state } = await other.manager.streams.info(WORK_STREAM);
  expect([end.interrupted, state.messages]).toEqual([true, 0]);
});

test('rights that are missing are said, and end a coordinator', async () => {
  const strict = new NatsServer();
  await strict.start('publish: { deny: "rota.leave.*" }, subscribe: { deny: "rota.leave.*" }');
  const said: string[] = [];
  await using queue = await strict.connect((text) => said.push(text));
  const description = described('20261129T141910Z-0890');
  await expect(conducted(queue, description).result).rejects.toMatchObject({
    message: 'The queue does not let workers ask rota for leave',
    where: 'rota.leave.20261129T141910Z-0890',
  });
  const slice = { ...description.work, slice: { index: 1, count: 3 } };
  for (const _ of ['once', 'more']) await new Leave(queue, slice).ask('begin');
  expect(said).toMatchInlineSnapshot(`
    [
      "the queue says: Permissions Violation for Subscription to "rota.leave.20261129T141910Z-0890"",
      "the queue says: Permissions Violation for Publish to "rota.leave.20261129T141910Z-0890"",
    ]
  `);
  await strict.remove();
});

test('a run whose queue turns it away ends, and says how it goes on', async () => {
  const queue = await connect(300);
  const { result } = conducted(queue, described('20261129T141910Z-0887'));
  const failed = expect(result).rejects.toMatchObject({
    kind: 'unreachable',
    fix: expect.stringContaining('rota attach 20261129T141910Z-0887 --via URL'),
  });
  await using other = await server.connect();
  await take(other);
  await queue.nats.close();
  await failed;
  await withdraw(other, '20261129T141910Z-0887');
});

test('workers that cannot run a slice say why, and leave it to those that can', async () => {
  await using queue = await connect(60_000);
  await using other = await server.connect();
  const description = described('20261129T141910Z-0888');
  const { result, refusals } = conducted(queue, description);
  const folder = mkdtempSync(join(tmpdir(), 'rota-refusing-'));
  execFileSync('git', ['init', '-q', '-b', 'main', folder]);
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@t'];
  execFileSync('git', ['-C', folder, ...who, 'commit', '-q', '--allow-empty', '-m', 'one']);
  const trusted = [{ url: folder, branch: 'main' }];
  const checkouts = new Checkouts(join(folder, 'worker'), trusted, () => {});
  const stop = new AbortController();
  const common = { queue: other, checkouts, stop: stop.signal, say: () => {} };
  const working = [
    work({ ...common, name: 'old', rota: '0.9.0' }),
    work({ ...common, name: 'new', rota: '1.0.0' }),
  ];
  await expect
    .poll(() => refusals.toSorted())
    .toEqual([
      `new: no branch that it trusts has commit ${'a'.repeat(40)}`,
      'old: its rota is 0.9.0, and the run’s 1.0.0',
    ]);
  stop.abort();
  await doAll(other, description);
  expect((await result).failures).toEqual([]);
  await Promise.all(working);
  rmSync(folder, { recursive: true });
});
