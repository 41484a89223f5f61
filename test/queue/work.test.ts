import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Checkouts } from '#queue/checkout.ts';
import type { Queue } from '#queue/connect.ts';
import type { WaitingSlice } from '#queue/messages.ts';
import { leaveSubject, WORK_STREAM, workSubject } from '#queue/subjects.ts';
import { work } from '#queue/work.ts';
import { Desk } from '../cli/rota.ts';
import { described, NatsServer } from './support/nats-server.ts';

const server = new NatsServer();
let folder: string;
let head: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rota-work-'));
  const git = (...words: readonly string[]) =>
    execFileSync('git', ['-C', folder, ...words], { encoding: 'utf8' }).trim();
  git('init', '-q', '-b', 'main');
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@t'];
  writeFileSync(join(folder, 'hosts.yaml'), 'all:\n');
  git('add', '-A');
  git(...who, 'commit', '-q', '-m', 'one');
  head = git('rev-parse', 'HEAD');
  await server.start();
});
afterAll(async () => {
  await server.remove();
  rmSync(folder, { recursive: true });
});

/** Puts a slice into the queue, which may say more or other things than those of this version. */
async function put({ stream }: Queue, run: string, own: object = {}): Promise<void> {
  const slice: WaitingSlice = { ...described(run).work, slice: { index: 1, count: 1 } };
  await stream.publish(workSubject(run, 1), JSON.stringify({ ...slice, ...own }));
}

/** What a worker asks of runs until it has asked of one, and what it says. */
async function asked(queue: Queue, until: string) {
  const asks = new Map<string, string>();
  const said: string[] = [];
  const stop = new AbortController();
  queue.nats.subscribe(leaveSubject('*'), {
    callback: (_, message) => {
      const run = message.subject.split('.').at(-1) ?? '';
      asks.set(run, JSON.stringify((message.json() as { readonly want: unknown }).want));
      message.respond('wait');
      if (run === until) stop.abort();
    },
  });
  const say = (text: string) => said.push(text);
  const checkouts = new Checkouts(join(folder, 'w'), [{ url: folder, branch: 'main' }], say);
  await using other = await server.connect();
  const common = { checkouts, stop: stop.signal, say, rota: '1.0.0', name: 'desk:1' };
  await work({ queue: other, ...common });
  return { asks, said };
}

const RUNS = ['1', '2', '3', '4', '5'].map((digit) => `20261129T141910Z-000${digit}`);

test('slices that a worker cannot run get a reason, and do not keep it from others', async () => {
  await using queue = await server.connect();
  // By 2.9, what is not understood is taken out of the queue, too.
  const [newer = '', older = '', lacking = '', elsewhere = '', last = ''] = RUNS;
  await queue.stream.publish('rota.work.junk.1', 'junk');
  await put(queue, newer, { rota: '2.0.0', options: { newFlag: true } });
  await put(queue, older, { rota: '0.9.0' });
  await put(queue, lacking);
  await put(queue, elsewhere, { commit: head, playbook: 'away.ts' });
  await put(queue, last, { commit: head });
  const { asks, said } = await asked(queue, last);
  expect([...asks].map(([run, want]) => [run, want.replace(head, 'HEAD')])).toMatchInlineSnapshot(`
    [
      [
        "20261129T141910Z-0001",
        "{"what":"cannot","why":"desk:1: its rota is 1.0.0, and the run’s 2.0.0"}",
      ],
      [
        "20261129T141910Z-0002",
        "{"what":"cannot","why":"desk:1: its rota is 1.0.0, and the run’s 0.9.0"}",
      ],
      [
        "20261129T141910Z-0003",
        "{"what":"cannot","why":"desk:1: no branch that it trusts has commit aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}",
      ],
      [
        "20261129T141910Z-0004",
        "{"what":"cannot","why":"desk:1: commit HEAD has no away.ts"}",
      ],
      [
        "20261129T141910Z-0005",
        "{"what":"begin"}",
      ],
    ]
  `);
  expect(said).toEqual(['not understood: rota.work.junk.1']);
  const { state } = await queue.manager.streams.info(WORK_STREAM, { subjects_filter: '>' });
  expect(Object.keys(state.subjects ?? {})).toEqual(RUNS.map((run) => workSubject(run, 1)));
});

test('what others write into the queue reaches the terminal of a worker without control characters', async () => {
  await using queue = await server.connect();
  const desk = new Desk();
  const worker = desk.start('work', '--queue', server.url, '--trust', `${folder}#main`);
  await queue.manager.streams.purge(WORK_STREAM);
  await queue.stream.publish('rota.work.\u001b[31mred.1', 'junk');
  for await (const line of createInterface({ input: worker.stdout as Readable })) {
    if (!line.startsWith('not understood')) continue;
    expect(line).toMatchInlineSnapshot(`"not understood: rota.work.\\x1b[31mred.1"`);
    worker.kill();
  }
  desk.remove();
});
