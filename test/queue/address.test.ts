import { expect, test } from 'vitest';
import { withoutPassword } from '#queue/address.ts';
import { connectQueue } from '#queue/connect.ts';
import { WaitingSlice } from '#queue/messages.ts';
import { described } from './support/nats-server.ts';

test('an address is told without what is secret in it, in whatever form', () => {
  const told = [
    'nats://user:secret/secret@host:4222',
    'user:secret@host:4222',
    "unable to access 'https://user:secret/s@secret@git/x.git#main'",
    'https://git.example.com/x.git?access_token=secret',
    'tls://user:secret@one,tls://user:secret@other',
    'git@github.com:site.git',
  ].map(withoutPassword);
  expect(told).toMatchInlineSnapshot(`
    [
      "nats://host:4222",
      "host:4222",
      "unable to access 'https://git/x.git#main'",
      "https://git.example.com/x.git",
      "tls://other",
      "github.com:site.git",
    ]
  `);
});

test('a queue is not reached by a password on the command line', async () => {
  const connected = connectQueue('nats://user:secret@127.0.0.1:1', () => {});
  await expect(connected).rejects.toMatchObject({
    message: 'The address of a queue has no user and no password',
    where: 'nats://127.0.0.1:1',
  });
});

test('an inventory of a slice is a path in its repository', () => {
  const { work } = described('20261129T141910Z-0886');
  const refused = ['evil.example.com,', 'a,b', '', '/etc/hosts', '../x', '-x', '@x'].filter(
    (path) => {
      const slice = { ...work, inventory: [path], slice: { index: 1, count: 1 } };
      return WaitingSlice.safeParse(slice).success;
    },
  );
  expect(refused).toEqual([]);
});
