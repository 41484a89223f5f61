import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { KnownHostKey } from '#lib/ssh/known-hosts.ts';
import { KnownHosts } from '#lib/ssh/known-hosts-files.ts';
import { Scratch, told } from './support/hosts.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIfbAI2ZmKJUTVSZAmd7HSu93Ng0lUBGYQ4qKGsXMC8S';
const NODE1 = { address: 'Node1', port: 22 };

function places(lines: readonly KnownHostKey[]) {
  return lines.map(({ file, line, hosts }) => [file, line, hosts]);
}

test('all files are looked through, and one that is not there has no lines', async () => {
  using scratch = new Scratch();
  const first = scratch.file('first', `node1 ${KEY}\n`);
  const second = scratch.file('second', `\nnode2 ${KEY}\nnode1 ${KEY}\n`);
  const files = [first, `${scratch.path}/missing`, second];
  expect(places(await new KnownHosts().linesFor(files, NODE1))).toEqual([
    [first, 1, 'node1'],
    [second, 3, 'node1'],
  ]);
});

test('the lines for a host come in their order, whether they say its name, a pattern or a hash', async () => {
  using scratch = new Scratch();
  const hosts = [
    'node*,!node2',
    'node1,192.0.2.1',
    'node2',
    '|1|c2FsdHNhbHRzYWx0c2FsdHNhbHQ=|fxOExNNfRubACIaeIp53Pi3czKY=',
    'NODE1',
    '[node1]:2222',
    'node1',
  ];
  const file = scratch.file('known_hosts', hosts.map((each) => `${each} ${KEY}\n`).join(''));
  const known = new KnownHosts();
  const linesAt = async (port: number) =>
    (await known.linesFor([file], { ...NODE1, port })).map(({ hosts: said }) => said);
  expect(await linesAt(22)).toEqual(hosts.filter((_, at) => ![2, 5].includes(at)));
  expect(await linesAt(2222)).toEqual(hosts.filter((_, at) => at !== 2));
});

test('a file is read once for all hosts, and anew once it has changed', async () => {
  using scratch = new Scratch();
  const file = scratch.file('known_hosts', `node1 ${KEY}\n`);
  const known = new KnownHosts();
  const [before] = await known.linesFor([file], NODE1);
  const [again] = await known.linesFor([file], NODE1);
  expect(again).toBe(before);
  appendFileSync(file, `node1,node2 ${KEY}\n`);
  expect(places(await known.linesFor([file], NODE1))).toEqual([
    [file, 1, 'node1'],
    [file, 2, 'node1,node2'],
  ]);
});

test('a file that cannot be read is a failure, not a file without hosts', async () => {
  using scratch = new Scratch();
  expect(
    await told(new KnownHosts().linesFor([scratch.path], NODE1), [scratch.path, 'FOLDER']),
  ).toMatchInlineSnapshot(`
    "kind: unreachable
    what: A known_hosts file cannot be read
    where: FOLDER
    fix: Make it a file that you may read, or name other files in the inventory."
  `);
});
