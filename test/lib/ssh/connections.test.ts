import { expect, test } from 'vitest';
import { Connections } from '#lib/ssh/index.ts';
import { hostWith, told } from './support/hosts.ts';
import { Ssh2Server } from './support/ssh2-server.ts';

test('no more handshakes go on at once than are allowed, and all hosts are reached', async () => {
  await using server = await new Ssh2Server({ together: 3 }).listen();
  await using connections = new Connections(3);
  const sessions = await Promise.all(
    Array.from({ length: 9 }, () => connections.connect(server.host)),
  );
  const exits = await Promise.all(sessions.map((session) => session.exec('exit 3')));
  expect(exits.map(({ status }) => status)).toEqual(sessions.map(() => 3));
  expect(server.mostHandshakes).toBe(3);
  await Promise.all(sessions.map((session) => session[Symbol.asyncDispose]()));
});

test('a host that cannot be reached gives its place to the next', async () => {
  await using server = await new Ssh2Server({ refuseLogin: [] }).listen();
  const connections = new Connections(1);
  const outcomes = await Promise.allSettled([
    connections.connect(server.host),
    connections.connect(server.host),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

test('the control machine is reached without a connection', async () => {
  await using session = await new Connections(0).connect(hostWith({ transport: 'local' }));
  expect((await session.exec('echo here')).stdout.toString()).toBe('here\n');
});

test('at the end of a command the sessions that are left are closed', async () => {
  await using server = await new Ssh2Server().listen();
  const connections = new Connections();
  const [ended, left] = [
    await connections.connect(server.host),
    await connections.connect(server.host),
  ];
  await ended[Symbol.asyncDispose]();
  await connections.close();
  expect(await told(left.exec('true'))).toContain('what: The connection was lost');
});
