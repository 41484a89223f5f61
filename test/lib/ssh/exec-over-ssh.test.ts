import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerChannel } from 'ssh2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '#engine/model/session.ts';
import { Connections } from '#lib/ssh/index.ts';
import { told } from './support/hosts.ts';
import { type Odd, Ssh2Server } from './support/ssh2-server.ts';

const warnings: Error[] = [];
const onWarning = (warning: Error) => warnings.push(warning);
beforeAll(() => void process.on('warning', onWarning));
afterAll(() => {
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});

class Link implements AsyncDisposable {
  readonly server: Ssh2Server;
  readonly session: Session;

  private constructor(server: Ssh2Server, session: Session) {
    this.server = server;
    this.session = session;
  }

  static async to(odd: Odd = {}): Promise<Link> {
    const server = await new Ssh2Server(odd).listen();
    return new Link(server, await new Connections().connect(server.host));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

/** Answers each command in place of the host, once it has said that the command begins. */
function answering(answer: (channel: ServerChannel) => void): Promise<Link> {
  return Link.to({
    answer: (channel, command) => {
      const begun = `\n${/rota-[0-9a-f-]+/.exec(command)?.[0]} begun\n`;
      channel.write(begun);
      channel.stderr.write(begun);
      answer(channel);
      return true;
    },
  });
}

test('the host is shown the key and its signature at once: no round trip goes to asking what it takes', async () => {
  await using link = await Link.to();
  expect(link.server.authAttempts).toEqual(['publickey']);
});

test('a command answers with its status and both streams as they are', async () => {
  await using link = await Link.to();
  expect(await link.session.exec(`printf ' out \\n\\n'; printf '\\n err' >&2; exit 3`)).toEqual({
    status: 3,
    stdout: Buffer.from(' out \n\n'),
    stderr: Buffer.from('\n err'),
  });
});

test('one exec is one command on the host, whose words come as they were given', async () => {
  await using link = await Link.to();
  const command = `printf '%s' "\${HOME+it's}" 'ü'`;
  expect((await link.session.exec(command)).stdout.toString()).toBe("it'sü");
  expect(link.server.commands.length).toBe(1);
});

test('output on stderr is no failure', async () => {
  await using link = await Link.to();
  expect(await link.session.exec('echo warning >&2')).toEqual({
    status: 0,
    stdout: Buffer.alloc(0),
    stderr: Buffer.from('warning\n'),
  });
});

test('a character that arrives in two packets stays whole', async () => {
  await using link = await answering((channel) => {
    const bytes = Buffer.from('schön €');
    for (const byte of bytes) channel.write(Buffer.from([byte]));
    channel.stderr.write(bytes.subarray(0, 4));
    setTimeout(() => {
      channel.stderr.write(bytes.subarray(4));
      channel.exit(0);
      channel.end();
    }, 20);
  });
  const { stdout, stderr } = await link.session.exec('true');
  expect([stdout.toString(), stderr.toString()]).toEqual(['schön €', 'schön €']);
});

test('bytes that are no text come unharmed, all 20 MB of them', async () => {
  await using link = await Link.to();
  const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const sent = Buffer.concat(Array.from({ length: 80_000 }, () => all));
  let streamed = 0;
  const hash = createHash('sha256');
  const { stdout } = await link.session.exec('cat', {
    stdin: Readable.from([sent]),
    onStdout: (chunk) => {
      streamed += chunk.length;
      hash.update(chunk);
    },
  });
  expect([stdout.equals(sent), streamed, hash.digest('hex')]).toEqual([
    true,
    sent.length,
    createHash('sha256').update(sent).digest('hex'),
  ]);
});

test('stdout is told while the command goes on', async () => {
  await using link = await Link.to();
  const gate = new PassThrough();
  const seen: string[] = [];
  await link.session.exec('echo first; cat', {
    stdin: gate,
    onStdout: (chunk) => {
      seen.push(chunk.toString());
      gate.end('second\n');
    },
  });
  expect(seen).toEqual(['first\n', 'second\n']);
});

test('a command gets an empty stdin, or the text that it is given', async () => {
  await using link = await Link.to();
  expect((await link.session.exec('cat')).stdout.toString()).toBe('');
  expect((await link.session.exec('cat', { stdin: 'täxt\n' })).stdout.toString()).toBe('täxt\n');
});

test('a command may end without reading its input', async () => {
  await using link = await Link.to();
  const stdin = Readable.from(endless());
  expect((await link.session.exec('exit 4', { stdin })).status).toBe(4);
  expect(stdin.destroyed).toBe(true);
  expect((await link.session.exec('exit 5', { stdin: 'x'.repeat(9_000_000) })).status).toBe(5);
});

test('an input that cannot be read is a failure', async () => {
  await using link = await Link.to();
  const stdin = createReadStream('/nonexistent/image.tar');
  expect(await told(link.session.exec('cat', { stdin }))).toMatchInlineSnapshot(`
    "kind: failed
    what: The input for the command cannot be read
    where: node1
    output: ENOENT: no such file or directory, open '/nonexistent/image.tar'
    fix: Make the file readable on the control machine, and run again."
  `);
  expect((await link.session.exec('echo still there')).status).toBe(0);
});

test('a command that is killed is a failure that names the signal', async () => {
  await using link = await Link.to();
  expect(
    await told(link.session.exec('echo last words >&2; kill -KILL $$')),
  ).toMatchInlineSnapshot(`
    "kind: failed
    what: The command was killed by a signal
    where: node1
    ran: killed by SIGKILL
    output: last words
    fix: If nobody killed it, the host ran out of memory:
      journalctl -k --grep oom"
  `);
});

test('a channel that closes without a status is a lost connection', async () => {
  await using link = await answering((channel) => {
    channel.write('half');
    channel.end();
  });
  expect(await told(link.session.exec('true'))).toMatchInlineSnapshot(`
    "kind: unreachable
    what: The connection was lost
    where: node1
    fix: Run again once the host answers: what it has done by then is seen, and the rest is done."
  `);
});

test('a connection that goes takes every command along, also one whose status had come', async () => {
  const sockets: ServerChannel[] = [];
  await using link = await answering((channel) => {
    channel.write('half of the');
    if (sockets.push(channel) === 2) channel.exit(0);
  });
  // By what the client was at when it heard of it.
  const toldLost = (work: Promise<unknown>) => told(work, ['write ECONNRESET', 'read ECONNRESET']);
  let heard = 0;
  const onStdout = () => {
    heard += 1;
  };
  const both = ['one', 'two'].map((word) => toldLost(link.session.exec(word, { onStdout })));
  // The client is to know that both have begun.
  while (heard < 2) await delay(5);
  link.server.drop();
  expect(await Promise.all(both)).toMatchInlineSnapshot(`
    [
      "kind: unreachable
    what: The connection was lost
    where: node1
    output: read ECONNRESET
    fix: Run again once the host answers: what it has done by then is seen, and the rest is done.",
      "kind: unreachable
    what: The connection was lost
    where: node1
    output: read ECONNRESET
    fix: Run again once the host answers: what it has done by then is seen, and the rest is done.",
    ]
  `);
  // And it stays a failure, not a crash.
  expect(await toldLost(link.session.exec('three'))).toMatchInlineSnapshot(`
    "kind: unreachable
    what: The connection was lost
    where: node1
    output: read ECONNRESET
    fix: Run again once the host answers: what it has done by then is seen, and the rest is done."
  `);
});

test('a host that is lost does not disturb another', async () => {
  await using lost = await Link.to();
  await using other = await Link.to();
  const works = [lost.session.exec('sleep 5'), other.session.exec('sleep 0.2; echo fine')];
  setTimeout(() => lost.server.drop(), 50);
  const [first, second] = await Promise.allSettled(works);
  expect([first?.status, second?.status]).toEqual(['rejected', 'fulfilled']);
});

test('20 commands at once go on 8 channels, without a warning', async () => {
  await using link = await Link.to();
  const works = Array.from({ length: 20 }, (_, index) =>
    link.session.exec(`sleep 0.02; echo ${index}`),
  );
  const seen = (await Promise.all(works)).map(({ stdout }) => Number(stdout));
  expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index));
  expect([link.server.most, link.server.commands.length]).toEqual([8, 20]);
});

test('a host that allows fewer channels is waited for', async () => {
  await using link = await Link.to({ maxSessions: 2 });
  const works = Array.from({ length: 6 }, () => link.session.exec('sleep 0.02'));
  expect((await Promise.all(works)).map(({ status }) => status)).toEqual([0, 0, 0, 0, 0, 0]);
  expect([link.server.most, link.server.commands.length]).toEqual([2, 6]);
});

test('what a command is to read waits for its channel', async () => {
  await using link = await Link.to({ maxSessions: 1 });
  const others = link.session.exec('sleep 0.2');
  const stdin = Readable.from([Buffer.alloc(100_000, 'x'), 'end']);
  const { stdout } = await link.session.exec('wc -c', { stdin });
  expect(`${stdout}`.trim()).toBe('100003');
  await others;
});

test('a host that allows no channel is a failure', async () => {
  await using link = await Link.to({ maxSessions: 0 });
  expect(await told(link.session.exec('true'))).toMatchInlineSnapshot(`
    "kind: unreachable
    what: The host refuses to open a channel
    where: node1
    output: asked 12 times
    fix: Set MaxSessions to 10, its default, in its sshd_config."
  `);
});

test('a host that runs no commands is a failure', async () => {
  await using link = await Link.to({ refuseExec: true });
  expect(await told(link.session.exec('true'))).toMatchInlineSnapshot(`
    "kind: unreachable
    what: The host refuses to run commands
    where: node1
    fix: Let the user have a shell, and no ForceCommand that refuses it, in its sshd_config."
  `);
});

test('a signal ends the wait with its reason, and frees the channel', async () => {
  await using link = await answering(() => {});
  const reason = new Error('enough');
  const works = Array.from({ length: 10 }, () =>
    link.session.exec('hangs', { signal: AbortSignal.timeout(50) }).catch((error) => error.name),
  );
  const controller = new AbortController();
  const late = link.session.exec('never sent', { signal: controller.signal });
  controller.abort(reason);
  await expect(late).rejects.toBe(reason);
  expect(await Promise.all(works)).toEqual(Array.from({ length: 10 }, () => 'TimeoutError'));
  expect(link.server.commands.join().includes('never sent')).toBe(false);
});

test('a signal is shared by many commands without a warning, and outlives them', async () => {
  await using link = await Link.to();
  const { signal } = new AbortController();
  const works = Array.from({ length: 30 }, () => link.session.exec('true', { signal }));
  expect((await Promise.all(works)).every(({ status }) => status === 0)).toBe(true);
});

test('what a reader of the output throws is what the command rejects with', async () => {
  await using link = await Link.to();
  const bug = new TypeError('a bug');
  const onStdout = () => {
    throw bug;
  };
  await expect(link.session.exec('echo; sleep 5', { onStdout })).rejects.toBe(bug);
});

test('a session is closed at once, also with a command on its way, and twice', async () => {
  await using link = await answering(() => {});
  const work = told(link.session.exec('hangs'));
  await delay(20);
  await link.session[Symbol.asyncDispose]();
  await link.session[Symbol.asyncDispose]();
  expect(await work).toMatchInlineSnapshot(`
    "kind: unreachable
    what: The connection was lost
    where: node1
    output: rota closed it
    fix: Run again once the host answers: what it has done by then is seen, and the rest is done."
  `);
});

test('a command of the user who logs in anyway goes without sudo', async () => {
  await using server = await new Ssh2Server().listen();
  const become = { method: 'sudo', user: 'root' } as const;
  const connection = { ...server.host.connection, become };
  await using session = await new Connections().connect({ ...server.host, connection });
  await session.exec('id');
  expect(server.commands.join().includes('sudo')).toBe(false);
});

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(65_536);
}

test('of a flood the beginning is kept, and the rest is counted', async () => {
  await using link = await Link.to();
  const mebibytes = 60;
  const stdin = new PassThrough();
  const { status, stdout, cut } = await link.session.exec(
    `echo ready; read -r line; head -c ${mebibytes * 1024 * 1024} /dev/zero; exit 4`,
    // The server of these tests sends no stderr while a flood fills the window: it is out before.
    { stdin, onStdout: () => void (stdin.writable && stdin.end('flood\n')) },
  );
  // The marks of the start take of it, too.
  expect(24 * 1024 * 1024 - stdout.length).toBe(98);
  const ready = 'ready\n'.length;
  expect([status, stdout.length + (cut ?? 0)]).toEqual([4, mebibytes * 1024 * 1024 + ready]);
});

test('a flood without an end is given up where a part of it is of no use', async () => {
  await using link = await Link.to();
  for (const stream of ['', '>&2']) {
    expect(
      await told(link.session.exec(`exec yes ${stream}`, { whole: true })),
    ).toMatchInlineSnapshot(`
      "kind: failed
      what: The host answered too much
      where: node1
      ran: what is kept of one command, or of all reads: 24 MB at most (--at-most output=SIZE)
      what is kept of all that runs on a host at once: 32 MB at most (--at-most host=SIZE)
      fix: Look on the host for a file, a log or a login script that is far longer than it should be."
    `);
  }
  expect((await link.session.exec('echo on')).stdout.toString()).toBe('on\n');
});

test('a command has begun, however much comes at once with its mark', async () => {
  await using link = await Link.to({
    answer: (channel, command) => {
      const begun = `\n${/rota-[0-9a-f-]+/.exec(command)?.[0]} begun\n`;
      channel.write(Buffer.concat([Buffer.from(begun), Buffer.alloc(20_000)]));
      channel.exit(0);
      channel.end();
      return true;
    },
  });
  expect((await link.session.exec('flood')).stdout).toEqual(Buffer.alloc(20_000));
});

test('all commands that run on a host at once share what is kept of it', async () => {
  await using link = await Link.to();
  const inputs = [1, 2, 3].map(() => new PassThrough());
  let seen = 0;
  const onStdout = (chunk: Buffer) => {
    seen += chunk.length;
    if (seen === 3 * 'ready\n'.length) for (const input of inputs) input.write('flood\n');
    if (seen === 3 * 20_000_000) for (const input of inputs) input.end('end\n');
  };
  const command = 'echo ready; read -r line; head -c 19999994 /dev/zero; read -r line';
  const floods = inputs.map((stdin) => link.session.exec(command, { stdin, onStdout }));
  const kept = (await Promise.all(floods)).map(({ stdout }) => stdout.length);
  // The marks of the starts take of it, too.
  expect(32 * 1024 * 1024 - kept.reduce((sum, bytes) => sum + bytes, 0)).toBe(3 * 98);
  expect((await link.session.exec('head -c 20000000 /dev/zero')).cut).toBe(undefined);
});

test('a command that has a limit is given up by the clock, and the limit is named', async () => {
  await using link = await Link.to();
  const limit = { name: 'test', what: 'the answer to a test', unit: 'ms', most: 50 } as const;
  expect(await told(link.session.exec('sleep 20', { limit }))).toMatchInlineSnapshot(`
    "kind: unreachable
    what: The host did not answer in time
    where: node1
    ran: the answer to a test: 0.05 s at most (--at-most test=TIME)
    fix: Look on the host for a mount, a disk or a container runtime that hangs."
  `);
});
