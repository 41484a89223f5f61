import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Session } from '#engine/model/session.ts';
import { Connections } from '#lib/ssh/index.ts';
import { told } from './support/hosts.ts';
import { Ssh2Server } from './support/ssh2-server.ts';

let server: Ssh2Server;
let session: Session;
beforeEach(async () => {
  server = await new Ssh2Server().listen();
  session = await new Connections().connect(server.host);
});
afterEach(async () => {
  await session[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** Says that `sh -s` will come, and waits until it has begun. */
async function expectShell(): Promise<void> {
  session.expect('sh -s');
  await expect.poll(() => server.commands).toHaveLength(1);
}

test('a command that is expected begins before its text is there, and once', async () => {
  await expectShell();
  const seen: string[] = [];
  const onStdout = (chunk: Buffer) => seen.push(`${chunk}`);
  const { status, stdout, stderr } = await session.exec('sh -s', {
    stdin: 'echo out; echo err >&2; exit 3',
    onStdout,
  });
  expect([status, `${stdout}`, seen.join(''), `${stderr}`]).toEqual([3, 'out\n', 'out\n', 'err\n']);
  expect(server.commands).toHaveLength(1);
  expect((await session.exec('sh -s', { stdin: 'exit 4' })).status).toBe(4);
  expect(server.commands).toHaveLength(2);
});

test('a signal and a limit give up waiting for it', async () => {
  await expectShell();
  const stop = new AbortController();
  const begun = Promise.withResolvers<void>();
  const work = session.exec('sh -s', {
    stdin: 'echo begun; exec sleep 60',
    onStdout: () => begun.resolve(),
    signal: stop.signal,
  });
  await begun.promise;
  stop.abort(new Error('enough'));
  await expect(work).rejects.toThrow('enough');
  session.expect('sh -s');
  const limit = { name: 'short', what: 'a short one', unit: 'ms', most: 100 } as const;
  const late = session.exec('sh -s', { stdin: 'exec sleep 60', limit });
  expect(await told(late)).toContain('what: The host did not answer in time');
});

test('one whose connection goes is lost, and one that nobody comes for is no failure', async () => {
  await session.exec('true');
  session.expect('sh -s');
  session.expect('cat');
  await expect.poll(() => server.commands).toHaveLength(3);
  server.drop();
  const work = session.exec('sh -s', { stdin: 'exit 0' });
  expect(await told(work)).toContain('what: The connection was lost');
});
