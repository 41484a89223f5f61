import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { LocalSession } from '#lib/ssh/local-session.ts';
import { hostWith, Scratch, told } from './support/hosts.ts';

const host = { ...hostWith({ transport: 'local' }), name: 'localhost' };

test('a command answers with its status and both streams as they are', async () => {
  await using session = new LocalSession(host);
  expect(await session.exec(`printf ' out \\377\\n\\n'; printf '\\n err' >&2; exit 3`)).toEqual({
    status: 3,
    stdout: Buffer.from(' out \xff\n\n', 'latin1'),
    stderr: Buffer.from('\n err'),
  });
});

test('the shell is sh, and the command comes as it was given', async () => {
  await using session = new LocalSession(host);
  const command = `printf '%s|' "$0" "\${BASH_VERSION-no bash}" $'a' '\${x}\`' "it's"`;
  expect((await session.exec(command)).stdout.toString()).toBe("/bin/sh|no bash|$a|${x}`|it's|");
});

test('a command gets an empty stdin, a text or a stream', async () => {
  await using session = new LocalSession(host);
  const cat = async (stdin?: string | Readable) =>
    (await session.exec('cat', stdin === undefined ? {} : { stdin })).stdout;
  const bytes = Buffer.alloc(3_000_000, 'ä\xff', 'latin1');
  expect((await cat()).length).toBe(0);
  expect((await cat('')).length).toBe(0);
  expect((await cat('täxt\n')).toString()).toBe('täxt\n');
  expect((await cat(Readable.from([bytes, bytes]))).equals(Buffer.concat([bytes, bytes]))).toBe(
    true,
  );
});

test('a command may end without reading its input', async () => {
  await using session = new LocalSession(host);
  expect((await session.exec('exit 4', { stdin: 'x'.repeat(5_000_000) })).status).toBe(4);
});

test('stdout is told while the command goes on', async () => {
  await using session = new LocalSession(host);
  const seen: string[] = [];
  using scratch = new Scratch();
  const heard = join(scratch.path, 'heard');
  const onStdout = (chunk: Buffer) => {
    seen.push(chunk.toString());
    writeFileSync(heard, '');
  };
  const goesOn = `until [ -e ${heard} ]; do sleep 0.05; done`;
  await session.exec(`echo first; ${goesOn}; echo second`, { onStdout });
  expect(seen).toEqual(['first\n', 'second\n']);
});

test('a command that is killed is a failure that names the signal', async () => {
  await using session = new LocalSession(host);
  expect(await told(session.exec('echo last words >&2; kill -KILL $$'))).toMatchInlineSnapshot(`
    "kind: failed
    what: The command was killed by a signal
    where: localhost
    ran: killed by SIGKILL
    output: last words
    fix: If nobody killed it, the host ran out of memory:
      journalctl -k --grep oom"
  `);
});

test('a command that is too long for the machine is a failure', async () => {
  await using session = new LocalSession(host);
  expect(await told(session.exec(`: ${'x'.repeat(200_000)}`))).toMatchInlineSnapshot(`
    "kind: failed
    what: The command cannot be started
    where: localhost
    output: spawn E2BIG
    fix: See that the machine has processes, memory and a /bin/sh left; pass long scripts on stdin."
  `);
});

test('a signal ends the command with all its children, and gives its reason', async () => {
  await using session = new LocalSession(host);
  const seconds = marker();
  const reason = new Error('enough');
  const controller = new AbortController();
  const work = session.exec(`sleep ${seconds} & (sleep ${seconds}; true); wait`, {
    signal: controller.signal,
  });
  await expect.poll(() => processesWith(seconds), { interval: 10 }).toBeGreaterThanOrEqual(2);
  controller.abort(reason);
  await expect(work).rejects.toBe(reason);
  expect(processesWith(seconds)).toBe(0);
});

test('a command that does not heed SIGTERM is killed', async () => {
  await using session = new LocalSession(host);
  const seconds = marker();
  const controller = new AbortController();
  const work = session.exec(`trap '' TERM; echo; sleep ${seconds}; sleep ${seconds}`, {
    signal: controller.signal,
    onStdout: () => controller.abort(new Error('enough')),
  });
  await expect(work).rejects.toThrow('enough');
  await expect.poll(() => processesWith(seconds)).toBe(0);
});

test('a session that is closed ends what it runs', async () => {
  const session = new LocalSession(host);
  const seconds = marker();
  const work = told(session.exec(`sleep ${seconds}`));
  await expect.poll(() => processesWith(seconds), { interval: 10 }).toBeGreaterThanOrEqual(1);
  await session[Symbol.asyncDispose]();
  await expect.poll(() => processesWith(seconds)).toBe(0);
  expect(await work).toMatchInlineSnapshot(`
    "kind: failed
    what: The session was closed
    where: localhost
    fix: Run again."
  `);
});

/** A time to sleep that no other process on this machine sleeps. */
function marker(): string {
  return `${1000 + Math.random()}`;
}

function processesWith(argument: string): number {
  return readdirSync('/proc').filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) &&
        readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`sleep\0${argument}`)
      );
    } catch {
      return false;
    }
  }).length;
}
