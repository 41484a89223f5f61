import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { KEPT_CHANNELS } from '#lib/ssh/channels.ts';
import { ownerOf } from '#lib/ssh/kept-connection.ts';
import { MESSAGE } from '#lib/ssh/mux-channel.ts';
import { MuxConnection } from '#lib/ssh/mux-connection.ts';
import { PacketCutter, type PacketPart, PacketReader, packetOf } from '#lib/ssh/mux-packets.ts';
import type { CommandChannel } from '#lib/ssh/open-login.ts';
import { answeringAt } from '#lib/ssh/open-openssh.ts';
import { Scratch } from './support/hosts.ts';

let scratch: Scratch;
const opened: AsyncDisposable[] = [];
beforeAll(() => {
  scratch = new Scratch();
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one[Symbol.asyncDispose]();
});
afterAll(() => scratch[Symbol.dispose]());

/** What listens at a socket in the place of an ssh, and says what it is told to: `see` gets each packet. */
async function listening(see: (packet: Buffer, socket: Socket, number: number) => void) {
  const path = join(scratch.path, `${opened.length}-${performance.now()}`);
  const server = createServer((socket) => {
    const cutter = new PacketCutter();
    let number = 0;
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      for (const packet of cutter.cut(chunk)) see(packet, socket, number++);
    });
  }).listen(path);
  await new Promise((resolve) => server.once('listening', resolve));
  opened.push({ [Symbol.asyncDispose]: async () => void server.close() });
  return path;
}

async function connectTo(path: string, limitMs = 5000) {
  const others = { channels: KEPT_CHANNELS, end: async () => {} };
  const master = { path, ...others, lastWords: async () => 'its ssh has ended' };
  const there = await MuxConnection.to(master, limitMs);
  if (there instanceof MuxConnection) {
    opened.push({ [Symbol.asyncDispose]: async () => await there.close() });
  }
  return there;
}

const raw = (...parts: readonly PacketPart[]) => packetOf(Buffer.of(), parts);
const message = (type: number, ...parts: readonly PacketPart[]) =>
  packetOf(Buffer.of(0, type), parts);
const HELLO = raw(1, 4);
const PROXY = raw(0x8000000f, 0);

test.each([
  ['has no proxy mode, as before OpenSSH 7.4', [HELLO, raw(0x80000003, 0, 'unsupported request')]],
  ['speaks another version', [raw(1, 5), PROXY]],
  ['says nothing', []],
  ['says half of it', [HELLO, PROXY.subarray(0, 6)]],
  ['says too much', [Buffer.alloc(70_000, 0xff)]],
  ['answers what was not asked', [HELLO, raw(0x8000000f, 7)]],
])('an ssh that %s is of no use', async (_, answers) => {
  const path = await listening((_packet, socket, number) => {
    if (number === 0) for (const answer of answers) socket.write(answer);
  });
  expect(await connectTo(path, 100)).toBe('useless');
});

test('where nobody listens there is none', async () => {
  expect(await connectTo(join(scratch.path, 'nobody'))).toBe('nobody');
});

/** A command over an ssh that answers the exec with these packets, and what the caller came to know of it. */
async function heard(answers: readonly Buffer[], before: readonly Buffer[] = [CONFIRMED, TAKEN]) {
  const path = await listening((_packet, socket, number) => {
    if (number === 1) socket.write(Buffer.concat([HELLO, PROXY]));
    if (number === 2) socket.write(Buffer.concat([...before, ...answers]));
  });
  const connection = await connectTo(path);
  if (!(connection instanceof MuxConnection)) throw new Error(connection);
  const said: unknown[] = [];
  await new Promise<void>((resolve) => {
    connection.client.exec('any', (error, channel) => {
      if (error !== undefined) return resolve(void said.push(error.message));
      channel.on('data', (chunk: Buffer) => said.push(['out', chunk.length]));
      channel.stderr.on('data', (chunk) => said.push(['err', chunk.length]));
      channel.on('exit', (...end: unknown[]) => said.push(['exit', ...end]));
      channel.on('close', () => resolve(void said.push('closed')));
      return undefined;
    });
  });
  return [...said, connection.cause?.message];
}

const CONFIRMED = message(MESSAGE.opened, 0, 5, 100, 50);
const TAKEN = message(MESSAGE.success, 0);
const CLOSE = message(MESSAGE.close, 0);
const LOST = (why: string) => `its ssh says what cannot be: ${why}`;
const data = (bytes: number) => message(MESSAGE.data, 0, Buffer.alloc(bytes));

test('a command has both streams, its status, and its end', async () => {
  const answers = [
    message(MESSAGE.window, 0, 5),
    data(3),
    message(MESSAGE.extended, 0, 1, 'err'),
    message(MESSAGE.request, 0, 'eow@openssh.com', false),
    message(MESSAGE.request, 0, 'exit-status', false, 7),
    message(MESSAGE.eof, 0),
    CLOSE,
  ];
  const all = [['out', 3], ['err', 3], ['exit', 7], 'closed', undefined];
  expect(await heard(answers)).toEqual(all);
  const killed = message(MESSAGE.request, 0, 'exit-signal', false, 'KILL', false, '', '');
  expect(await heard([killed, CLOSE])).toEqual([['exit', null, 'SIGKILL'], 'closed', undefined]);
});

test('a channel or a command that the host refuses says so, with the host’s own reason', async () => {
  const refused = message(MESSAGE.refused, 0, 4, 'no room', '');
  expect(await heard([], [refused])).toEqual(['no room', undefined]);
  for (const refusal of [message(MESSAGE.failure, 0), CLOSE])
    expect(await heard([refusal], [CONFIRMED])).toEqual(['Unable to exec', undefined]);
});

test.each([
  ['for no channel', [message(MESSAGE.data, 9, 'x')], 'message 94 on no channel'],
  ['with padding', [packetOf(Buffer.of(8, 94), [0, 'x'])], 'message 94 on no channel'],
  ['behind the end', [CLOSE, data(1)], 'message 94 on no channel'],
  ['that opens it again', [CONFIRMED], 'message 91 on a channel'],
  ['of a kind that channels have not', [message(80, 0)], 'message 80 on a channel'],
  ['cut short', [packetOf(Buffer.of(0, 94), [0, 1000])], 'a packet that ends too early'],
  ['of nothing', [packetOf(Buffer.of(), [])], 'a packet that ends too early'],
  ['too long', [Buffer.of(0x7f, 0, 0, 0)], 'a packet of 2130706436 bytes'],
  ['on a stream of its own', [message(MESSAGE.extended, 0, 2, '')], 'a stream that nobody knows'],
  [
    'that widens what is wide',
    [message(MESSAGE.window, 0, 0xffffffff)],
    'a window that is too wide',
  ],
])('a message %s ends the connection, and with it the command', async (_, answers, why) => {
  const said = await heard(answers);
  expect(said.slice(-2)).toEqual(['closed', LOST(why)]);
});

test.each([
  ['before there is a channel', [data(1)], 'message 94 on a channel that is not open'],
  [
    'of one that takes nothing',
    [message(MESSAGE.opened, 0, 5, 100, 0)],
    'a channel that takes nothing',
  ],
])('what cannot be %s is what the command fails with', async (_, before, why) => {
  expect(await heard([], before)).toEqual([LOST(why), LOST(why)]);
});

test('a host may send on once half of what it may is taken in, and no more once nobody listens', async () => {
  const widened: number[] = [];
  const half = Array.from({ length: 32 }, () => data(32 * 1024));
  const flood = (socket: Socket) => socket.write(Buffer.concat(half));
  const path = await listening((packet, socket, number) => {
    if (number === 1) socket.write(Buffer.concat([HELLO, PROXY]));
    if (number === 2) socket.write(Buffer.concat([CONFIRMED, TAKEN, ...half]));
    const [type, bytes] = number < 4 ? [] : [packet.readUInt8(1), packet.subarray(6)];
    if (type === MESSAGE.window) widened.push(bytes?.readUInt32BE() ?? 0);
    if (type === MESSAGE.window && widened.length < 3) flood(socket);
    if (type === MESSAGE.close) for (let count = 0; count < 3; count += 1) flood(socket);
  });
  const connection = await connectTo(path);
  if (!(connection instanceof MuxConnection)) throw new Error(connection);
  await new Promise((resolve) => {
    connection.client.exec('any', (_, channel) => {
      let length = 0;
      channel.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length === 3 * 1024 * 1024) channel.close();
      });
      channel.on('close', resolve);
    });
  });
  expect(widened).toEqual([1024 * 1024, 1024 * 1024]);
  expect(connection.cause?.message).toBe(LOST('more data than there is room for'));
});

test('a host that asks and asks, and reads no answer, is cut off', async () => {
  const question = message(MESSAGE.request, 0, 'keepalive@openssh.com', true);
  const questions = Array.from({ length: 2000 }, () => question);
  expect((await heard(questions)).slice(-2)).toEqual([
    'closed',
    LOST('questions, and no answer is read'),
  ]);
  expect((await heard([question, question, CLOSE])).slice(-2)).toEqual(['closed', undefined]);
});

test('of what a command reads no more goes out than the host takes', async () => {
  const sent: (number | string)[] = [];
  const done = Promise.withResolvers<void>();
  const path = await listening((packet, socket, number) => {
    if (number === 1) socket.write(Buffer.concat([HELLO, PROXY]));
    if (number === 2) socket.write(Buffer.concat([CONFIRMED, TAKEN]));
    if (number < 4) return;
    const reader = new PacketReader(packet);
    reader.byte();
    const type = reader.byte();
    reader.number();
    sent.push(type === MESSAGE.data ? reader.bytes().length : type);
    if (sent.length === 2) socket.write(message(MESSAGE.window, 0, 30));
    if (type === MESSAGE.eof) done.resolve();
  });
  const connection = await connectTo(path);
  if (!(connection instanceof MuxConnection)) throw new Error(connection);
  const channel = await new Promise<CommandChannel>((resolve) => {
    connection.client.exec('any', (_, made) => resolve(made));
  });
  channel.end(Buffer.alloc(120));
  await done.promise;
  expect(sent).toEqual([50, 50, 20, MESSAGE.eof]);
});

test('a socket that others can use, or exchange, is not used', async () => {
  const path = await listening(() => {});
  chmodSync(path, 0o600);
  expect(await ownerOf(path)).toBe('us');
  chmodSync(path, 0o660);
  expect(await ownerOf(path)).toBe('others');
  const folder = join(scratch.path, 'open', 'own');
  mkdirSync(folder, { recursive: true });
  const there = async (mode: number, of = folder) => {
    chmodSync(of, mode);
    return await ownerOf(join(folder, 'none-yet'));
  };
  const around = join(scratch.path, 'open');
  expect([await there(0o700), await there(0o770), await there(0o1777)]).toEqual([
    'nobody',
    'others',
    'nobody',
  ]);
  expect([await there(0o777, around), await there(0o755, around)]).toEqual(['others', 'nobody']);
  expect(await ownerOf(scratch.file('file', ''))).toBe('others');
  expect(await ownerOf(join(scratch.path, 'no', 'folder'))).toBe('others');
});

test.skipIf(process.getuid?.() !== 0)(
  'nothing is said at a socket that another user puts where there is none yet',
  async () => {
    let count = 0;
    const folder = join(scratch.path, 'sticky');
    mkdirSync(folder);
    chmodSync(folder, 0o1777);
    const [path, aside] = [join(folder, 'kept'), join(folder, 'aside')];
    const server = createServer((socket) => {
      count += 1;
      socket.destroy();
    }).listen(aside);
    await once(server, 'listening');
    chownSync(aside, 65534, 65534);
    chmodSync(aside, 0o600);
    const flips = `const { renameSync } = require('node:fs');
      console.log('begun');
      for (;;) for (const [from, to] of [[1, 2], [2, 1]]) renameSync(process.argv[from], process.argv[to]);`;
    const flipping = spawn(process.execPath, ['-e', flips, aside, path]);
    opened.push({
      [Symbol.asyncDispose]: async () => {
        flipping.kill('SIGKILL');
        server.close();
      },
    });
    await once(flipping.stdout, 'data');
    const master = {
      path,
      channels: KEPT_CHANNELS,
      end: async () => {},
      lastWords: async () => '',
    };
    for (let tries = 0; tries < 300; tries += 1) await answeringAt(master, 1000);
    expect(count).toBe(0);
  },
);
