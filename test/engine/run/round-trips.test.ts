import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Transform } from 'node:stream';
import type { ServerChannel } from 'ssh2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Read } from '#engine/model/read.ts';
import type { Session } from '#engine/model/session.ts';
import { BEAT } from '#engine/shell/lease.ts';
import { sh } from '#engine/shell/quote.ts';
import { Connections } from '#lib/ssh/index.ts';
import { file } from '#tasks/files/file.ts';
import { folder } from '#tasks/files/folder.ts';
import { Ssh2Server } from '../../lib/ssh/support/ssh2-server.ts';
import { book, counts, runOn, TemporaryHost } from './temporary-host.ts';

/** A temporary host that is reached over SSH, and tells what came there in which order. */
class ServedHost extends TemporaryHost {
  told: string[] = [];
  readonly #program = Promise.withResolvers<void>();
  readonly server = new Ssh2Server({
    answer: (channel, command) => {
      this.#serve(channel, command);
      return true;
    },
  });

  override async open(): Promise<Session> {
    return await new Connections().connect(this.server.host);
  }

  #serve(channel: ServerChannel, command: string): void {
    const what = command.includes('frame held')
      ? 'lease'
      : command.includes('sh -s')
        ? 'program'
        : 'look';
    this.told.push(`${what} begins`);
    const shell = spawn('/bin/sh', ['-c', this.#here(command)]);
    const hear = (chunk: Buffer) => {
      // How many of these come depends on how long all takes.
      if (`${chunk}`.replaceAll(BEAT, '') === '') return;
      this.told.push(`${what} is sent more`);
      channel.off('data', hear);
    };
    channel.on('data', hear);
    channel.pipe(this.#rewriter()).pipe(shell.stdin);
    if (what === 'program') this.#program.resolve();
    // Whoever waited for the lease before the program begins would wait for ever.
    void (what === 'lease' ? this.#program.promise : Promise.resolve()).then(() => {
      shell.stdout.on('data', (text) => {
        if (/ held$/m.test(`${text}`)) this.told.push('lease is held');
      });
      shell.stdout.pipe(channel, { end: false });
    });
    shell.stderr.pipe(channel.stderr, { end: false });
    shell.on('close', (status) => {
      this.told.push(`${what} ends`);
      channel.exit(status ?? 0);
      channel.end();
    });
  }

  #rewriter(): Transform {
    return new Transform({
      transform: (chunk, _, done) => done(null, this.#here(`${chunk}`)),
    });
  }

  #here(text: string): string {
    return text
      .replaceAll('/var/lib/rota', this.path('lib'))
      .replaceAll('/run/rota', this.path('run'));
  }
}

let node: ServedHost;
beforeEach(async () => {
  node = new ServedHost('node1');
  await node.server.listen();
});
afterEach(async () => {
  await node.server[Symbol.asyncDispose]();
  node.remove();
});

const work = () =>
  book({
    tasks: () => [
      folder({ path: node.path('folder') }),
      ...['a', 'b'].map((name) => file({ path: node.path(`folder/${name}`), body: `${name}\n` })),
    ],
  });

test('a first run costs a login, a look, a lease with which the program’s shell begins, and its text', async () => {
  const { result } = await runOn([node], work());
  expect(counts(result.hosts)['node1']).toEqual({ ok: 0, changed: 3, failed: 0, pending: 0 });
  // Which of the two channels is the first to come, or to end, makes no difference.
  expect([
    ...node.told.slice(0, 2),
    ...node.told.slice(2, 4).toSorted(),
    ...node.told.slice(4, 6),
    ...node.told.slice(6).toSorted(),
  ]).toEqual([
    ...['look begins', 'look ends'],
    ...['lease begins', 'program begins'],
    ...['lease is held', 'program is sent more'],
    ...['lease ends', 'lease is sent more', 'program ends'],
  ]);
  const { connections, received, sent } = node.server.traffic;
  expect([node.server.authAttempts, connections]).toEqual([['publickey'], 1]);
  expect(received).toBeLessThan(24_500);
  expect(sent).toBeLessThan(5500);
});

test('a run that finds nothing to do costs a login and one command, with nothing on its stdin', async () => {
  await runOn([node], work());
  const before = node.server.traffic;
  Object.assign(node, { told: [] });
  node.server.authAttempts = [];
  const { result } = await runOn([node], work());
  expect(counts(result.hosts)['node1']).toEqual({ ok: 3, changed: 0, failed: 0, pending: 0 });
  expect(node.told).toEqual(['look begins', 'look ends']);
  expect(node.server.authAttempts).toEqual(['publickey']);
  const { connections, received, sent } = node.server.traffic;
  expect(connections - before.connections).toBe(1);
  expect(received - before.received).toBeLessThan(5500);
  expect(sent - before.sent).toBeLessThan(3300);
});

test('what a playbook gets of the facts of a host is asked in the first look, and again after a change', async () => {
  const host = new TemporaryHost('node1');
  const path = host.path('version');
  const version: Read<string> = {
    ...{ key: 'version', script: sh`cat ${path} 2>&-; :` },
    parse: ({ stdout }) => stdout,
  };
  const playbook = book({
    tasks: ({ facts }) => {
      const seen = facts.get(version);
      const first = file({ path, body: '2\n', owner: 'root:root' });
      return seen === '2\n'
        ? [[first], [file({ path: host.path('done'), body: seen, owner: 'root:root' })]]
        : [[first], []];
    },
  });
  const looks = () => host.exchanges.filter((script) => !script.includes('frame held')).length;
  await runOn([host], playbook, { mode: 'dry-run' });
  expect(looks()).toBe(1);
  await runOn([host], playbook);
  expect(readFileSync(host.path('done'), 'utf8')).toBe('2\n');
  host.remove();
});
