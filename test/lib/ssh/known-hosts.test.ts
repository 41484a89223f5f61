import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hostKeyAlgorithms, judge } from '#lib/ssh/host-key.ts';
import { fingerprint, knownHostsName, linesNaming, parseKnownHosts } from '#lib/ssh/known-hosts.ts';
import { Scratch } from './support/hosts.ts';

const ED = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIfbAI2ZmKJUTVSZAmd7HSu93Ng0lUBGYQ4qKGsXMC8S';
const OTHER = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKtmbW0Td1lA6sPpUQFqJhVqQnLeNuxDmpJYy6M3mzkF';
const ECDSA =
  'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7opKgwFB9nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg=';

function keyOf(line: string): Buffer {
  return Buffer.from(line.split(' ')[1] ?? '', 'base64');
}

function verdict(text: string, address: string, port = 22): string {
  return judge(parseKnownHosts(text, 'known_hosts'), { address, port }, keyOf(ED)).kind;
}

test.for<[line: string, address: string, port: number, verdict: string]>([
  [`node1 ${ED}`, 'node1', 22, 'match'],
  [`node1 ${ED} a comment`, 'node1', 22, 'match'],
  [`\t node1   ${ED}\r`, 'node1', 22, 'match'],
  [`# node1 ${ED}`, 'node1', 22, 'unknown'],
  [`#node1 ${ED}`, 'node1', 22, 'unknown'],
  [`node1 ${ED}`, 'node2', 22, 'unknown'],
  [`NODE1 ${ED}`, 'Node1', 22, 'match'],
  [`node1,192.0.2.1 ${ED}`, '192.0.2.1', 22, 'match'],
  [`fd02::1 ${ED}`, 'fd02::1', 22, 'match'],
  [`[fd02::1]:2222 ${ED}`, 'fd02::1', 2222, 'match'],
  [`[node1]:2222 ${ED}`, 'node1', 2222, 'match'],
  [`[node1]:2222 ${ED}`, 'node1', 22, 'unknown'],
  [`node1 ${ED}`, 'node1', 2222, 'match'],
  [`node1 ${OTHER}`, 'node1', 2222, 'unknown'],
  [`[node1]:2222 ${OTHER}\nnode1 ${ED}`, 'node1', 2222, 'changed'],
  [`node* ${ED}`, 'node17', 22, 'match'],
  [`node? ${ED}`, 'node17', 22, 'unknown'],
  [`192.0.2.* ${ED}`, '192a0b2.7', 22, 'unknown'],
  [`[*.lab]:2222 ${ED}`, 'a.lab', 2222, 'match'],
  [`*,!node2 ${ED}`, 'node1', 22, 'match'],
  [`*,!node2 ${ED}`, 'node2', 22, 'unknown'],
  [`!node2 ${ED}`, 'node1', 22, 'unknown'],
  [`node1 ${OTHER}`, 'node1', 22, 'changed'],
  [`node1 ${ECDSA}`, 'node1', 22, 'changed'],
  [`node1 ${OTHER}\nnode1 ${ED}`, 'node1', 22, 'match'],
  [`@revoked node1 ${ED}`, 'node1', 22, 'revoked'],
  [`@revoked * ${ED}\nnode1 ${ED}`, 'node1', 2222, 'revoked'],
  [`@revoked * ${OTHER}\nnode1 ${ED}`, 'node1', 22, 'match'],
  [`@revoked node1 ${OTHER}`, 'node1', 22, 'unknown'],
  [`@cert-authority * ${ED}`, 'node1', 22, 'unknown'],
  [`node1 ssh-rsa ${ED.split(' ')[1]}`, 'node1', 22, 'unknown'],
  ['node1 ssh-ed25519 ####', 'node1', 22, 'unknown'],
  ['node1 ssh-ed25519', 'node1', 22, 'unknown'],
  [`|1|nonsense ${ED}`, 'node1', 22, 'unknown'],
  ['', 'node1', 22, 'unknown'],
])('%j: %s port %i is %s', ([text, address, port, expected]) => {
  expect(verdict(text, address, port)).toBe(expected);
});

test('names that ssh-keygen has hashed are known', () => {
  using scratch = new Scratch();
  const file = scratch.file('known_hosts', `node1,192.0.2.1 ${ED}\n[node2]:2222 ${ED}\n`);
  execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
  const text = readFileSync(file, 'utf8');
  expect(text.match(/node|192/g)).toBe(null);
  expect([
    verdict(text, 'node1'),
    verdict(text, '192.0.2.1'),
    verdict(text, 'node2', 2222),
    verdict(text, 'node2'),
    verdict(text, 'node3'),
  ]).toEqual(['match', 'match', 'match', 'unknown', 'unknown']);
});

test('a changed key comes with the lines that know another one', () => {
  const known = parseKnownHosts(`# first\nnode1 ${OTHER}\nnode2 ${ED}\n`, '/etc/known');
  expect(judge(known, { address: 'node1', port: 22 }, keyOf(ED))).toEqual({
    kind: 'changed',
    known: [
      {
        file: '/etc/known',
        line: 2,
        revoked: false,
        hosts: 'node1',
        type: 'ssh-ed25519',
        key: keyOf(OTHER),
      },
    ],
  });
});

test('the types of the known keys are asked for first', () => {
  const known = parseKnownHosts(`node1 ${ECDSA}\nnode2 ${ED}\n`, 'known_hosts');
  expect(hostKeyAlgorithms(linesNaming(known, 'node1'))).toMatchInlineSnapshot(`
    [
      "ecdsa-sha2-nistp256",
      "ssh-ed25519",
      "ecdsa-sha2-nistp384",
      "ecdsa-sha2-nistp521",
      "rsa-sha2-512",
      "rsa-sha2-256",
      "ssh-rsa",
    ]
  `);
  expect(hostKeyAlgorithms(linesNaming(known, 'node3'))).toMatchInlineSnapshot(`
    [
      "ssh-ed25519",
      "ecdsa-sha2-nistp256",
      "ecdsa-sha2-nistp384",
      "ecdsa-sha2-nistp521",
      "rsa-sha2-512",
      "rsa-sha2-256",
      "ssh-rsa",
    ]
  `);
});

test('a fingerprint is the one that ssh-keygen shows', () => {
  using scratch = new Scratch();
  const { file, publicKey } = scratch.key('host', '-t', 'rsa', '-b', '2048');
  const shown = execFileSync('ssh-keygen', ['-l', '-f', file], { encoding: 'utf8' }).split(' ')[1];
  expect(fingerprint(keyOf(publicKey))).toBe(`ssh-rsa ${shown}`);
});

test('a host goes by the name that OpenSSH writes', () => {
  expect(knownHostsName({ address: 'Node1', port: 22 })).toBe('node1');
  expect(knownHostsName({ address: 'FD02::1', port: 2222 })).toBe('[fd02::1]:2222');
});
