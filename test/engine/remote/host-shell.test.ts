import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaults, $ as local, ProcessOutput, type ProcessPromise } from 'zx/core';
import { Failure } from '#engine/model/failure.ts';
import type { Session } from '#engine/model/session.ts';
import { shellOn, type ZxShell } from '#engine/remote/host-shell.ts';
import { Connections } from '#lib/ssh/index.ts';
import { Scratch } from '../../lib/ssh/support/hosts.ts';
import { type Odd, Ssh2Server } from '../../lib/ssh/support/ssh2-server.ts';

let server: Ssh2Server;
let session: Session;
let $: ZxShell;

async function start(odd: Odd = {}): Promise<void> {
  server = await new Ssh2Server(odd).listen();
  session = await new Connections().connect(server.host);
  $ = shellOn(session);
}

beforeEach(async () => await start());

afterEach(async () => {
  await session[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function rejection(work: Promise<unknown>): Promise<ProcessOutput> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProcessOutput))
    throw new Error('zx rejects with its output', { cause: error });
  return error;
}

function processesWith(argument: string): number {
  return readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`sleep\0${argument}`);
    } catch {
      return false;
    }
  }).length;
}

test('a command answers as text, lines and JSON', async () => {
  expect(await $`printf 'ä\n b \n'`.text()).toBe('ä\n b \n');
  expect(await $`printf 'a\nb\n'`.lines()).toEqual(['a', 'b']);
  expect(await $`echo '{"a": 1}'`.json()).toEqual({ a: 1 });
});

test('every value is one word for sh, and every list its words', async () => {
  const odd = ["it's", '$HOME', 'a b', '`id`', '', '\\n', '"', 'line\nbreak', "$'x'"];
  const words = await $`printf '%s|' ${odd} ${odd[0]}`.text();
  expect(words).toBe([...odd, odd[0], ''].join('|'));
  expect(await $`printf '%s' "\${BASH_VERSION-no bash}"`.text()).toBe('no bash');
});

test('the output of one command is a word of the next', async () => {
  const name = await $`echo 'a b'`;
  expect(await $`printf '<%s>' ${name}`.text()).toBe('<a b>');
});

test('a status that is not 0 is thrown, with both streams', async () => {
  const { exitCode, stdout, stderr } = await rejection($`echo out; echo err >&2; exit 3`);
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
});

test('options go on to what they are given to, and no further', async () => {
  const calm = $({ nothrow: true });
  expect((await calm`exit 4`).exitCode).toBe(4);
  expect((await calm({ input: 'fed' })`cat`).stdout).toBe('fed');
  expect((await rejection($`exit 4`)).exitCode).toBe(4);
});

test('a command reads what is piped into it, from here or from the host', async () => {
  expect(await local`printf 'from here'`.pipe($`cat; echo .`).text()).toBe('from here.\n');
  expect(await $`printf 'from there'`.pipe($`cat; echo .`).text()).toBe('from there.\n');
  const cat = $`cat`;
  cat.stdin.end('by hand');
  expect(await cat.text()).toBe('by hand');
});

test('lines come while the command goes on', async () => {
  using scratch = new Scratch();
  const heard = join(scratch.path, 'heard');
  const seen: string[] = [];
  for await (const line of $`echo one; echo two; until [ -e ${heard} ]; do sleep 0.05; done; echo three`) {
    seen.push(line);
    if (line === 'two') writeFileSync(heard, '');
  }
  expect(seen).toEqual(['one', 'two', 'three']);
});

test('a command that is killed on the host names its signal', async () => {
  const { exitCode, signal } = await rejection($`kill -KILL $$`);
  expect({ exitCode, signal }).toEqual({ exitCode: null, signal: 'SIGKILL' });
});

test('a connection that is lost is a failure, not a success without a status', async () => {
  const running = $`echo half; sleep 5`;
  const work = rejection(running);
  await once(running.stdout, 'data');
  server.drop();
  const { ok, stdout, cause } = await work;
  expect({ ok, stdout, cause }).toEqual({
    ok: false,
    stdout: 'half\n',
    cause: expect.any(Failure),
  });
  expect((cause as Failure).kind).toBe('unreachable');
});

test.for<[how: string, end: (work: ProcessPromise) => unknown]>([
  ['kill', (work) => work.kill()],
  ['abort', (work) => work.abort()],
  ['a timeout', (work) => work.timeout('100ms')],
])('%s ends the processes on the host', async ([, end]) => {
  const seconds = `${1000 + Math.random()}`;
  const work = $`(sleep ${seconds}; true) & sleep ${seconds}; true`;
  await expect.poll(() => processesWith(seconds), { interval: 10 }).toBeGreaterThanOrEqual(2);
  const over = rejection(work);
  end(work);
  expect((await over).ok).toBe(false);
  expect(work.pid).toBe(undefined);
  await expect.poll(() => processesWith(seconds)).toBe(0);
});

test('a signal ends a command that does not heed SIGTERM, and gives its reason', async () => {
  const seconds = `${1000 + Math.random()}`;
  const controller = new AbortController();
  const work = $({ signal: controller.signal })`trap '' TERM; sleep ${seconds}; sleep ${seconds}`;
  const over = rejection(work);
  await expect.poll(() => processesWith(seconds), { interval: 10 }).toBeGreaterThanOrEqual(1);
  controller.abort(new Error('enough'));
  expect((await over).cause?.message).toBe('enough');
  await expect.poll(() => processesWith(seconds)).toBe(0);
});

test('a signal right at the start leaves nothing behind', async () => {
  const seconds = `${1000 + Math.random()}`;
  const controller = new AbortController();
  const over = rejection($({ signal: controller.signal })`sleep ${seconds}`);
  controller.abort(new Error('enough'));
  await over;
  await delay(100);
  await expect.poll(() => processesWith(seconds)).toBe(0);
});

test('zx itself is as it was', async () => {
  const before = { ...defaults };
  await $`true`;
  await $({ nothrow: true })`false`;
  expect({ ...defaults }).toEqual(before);
  expect(await local`echo ${"it's"} $$`.text()).toMatch(/^it's \d+\n$/);
});

test('a command that prints without an end is ended on the host, and is a failure', async () => {
  const seconds = `${1000 + Math.random()}`;
  const { cause } = await rejection($`sleep ${seconds} & yes`);
  expect((cause as Failure).message).toBe('The host answered too much');
  await expect.poll(() => processesWith(seconds)).toBe(0);
});

test('the processes of a command are found with one grep before SIGTERM, and one before SIGKILL', async () => {
  using scratch = new Scratch();
  const log = join(scratch.path, 'log');
  for (const name of ['grep', 'tr', 'cat']) {
    const program = join(scratch.path, name);
    writeFileSync(
      program,
      `#!/bin/sh\necho ${name} >>${log}\nPATH=/usr/bin:/bin exec ${name} "$@"\n`,
    );
    chmodSync(program, 0o755);
  }
  const counted: Session = {
    ...session,
    exec: async (command, options) =>
      await session.exec(`PATH=${scratch.path}:$PATH; ${command}`, options),
  };
  const seconds = `${1000 + Math.random()}`;
  const controller = new AbortController();
  const over = rejection(shellOn(counted)({ signal: controller.signal })`sleep ${seconds}`);
  await expect.poll(() => processesWith(seconds), { interval: 10 }).toBeGreaterThanOrEqual(1);
  controller.abort(new Error('enough'));
  await over;
  expect(readFileSync(log, 'utf8')).toBe('grep\ngrep\n');
});
