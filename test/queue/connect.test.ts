import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectQueue, type Queue } from '#queue/connect.ts';
import type { Description } from '#queue/messages.ts';
import { offer, withdraw } from '#queue/offer.ts';
import { WORK_STREAM, WORKERS } from '#queue/subjects.ts';

let folder: string;
let server: ChildProcess;
let url: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rota-nats-'));
  url = `nats://127.0.0.1:${await start('-1')}`;
});
afterAll(async () => {
  await kill();
  rmSync(folder, { recursive: true });
});

/** Starts nats-server. Gives its port. */
async function start(port: string): Promise<string> {
  server = spawn('nats-server', ['-a', '127.0.0.1', '-p', port, '-js', '-sd', folder]);
  let found = port;
  for await (const line of createInterface({ input: server.stderr as Readable })) {
    found = /client connections on 127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? found;
    if (line.includes('Server is ready')) break;
  }
  server.stderr?.resume();
  return found;
}

async function kill(): Promise<void> {
  server.kill('SIGKILL');
  await once(server, 'exit');
}

function described(run: string): Description {
  const work = {
    rota: '1.0.0',
    run,
    commit: 'a'.repeat(40),
    inventory: ['hosts.yaml'],
    mode: 'apply' as const,
    options: {},
  };
  return { owner: 'me', playbook: 'site', slices: [['node1'], ['node2'], ['node3']], work };
}

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
    await using before = await connectQueue(url, () => {});
    await offer(before, described(run), [1, 2, 3]);
    await withdraw(before, run);
    await kill();
    await start(new URL(url).port);
    await using after = await connectQueue(url, () => {});
    if (await isAhead(after)) return;
  }
}

test('a server that was killed after a run hands out the slices of the next', async () => {
  await loseNumbers();
  await using queue = await connectQueue(url, () => {});
  await offer(queue, described(NEXT), [1]);
  expect(await take(queue)).toBe(`rota.work.${NEXT}.1`);
});

test('a slice that is offered once more is there once', async () => {
  await using queue = await connectQueue(url, () => {});
  for (const _ of ['once', 'more']) await offer(queue, described(NEXT), [1]);
  const { state } = await queue.manager.streams.info(WORK_STREAM);
  expect([await take(queue), state.messages]).toEqual([`rota.work.${NEXT}.1`, 1]);
});
