import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Connections } from '#lib/ssh/index.ts';
import { Sshd, whyNoSshd } from './support/sshd.ts';

const why = whyNoSshd();

describe.skipIf(why !== undefined)('StrictHostKeyChecking', () => {
  let sshd: Sshd;
  let file: string;

  beforeAll(async () => {
    sshd = await Sshd.start();
    file = join(sshd.scratch.path, 'ssh', 'known');
  });

  beforeEach(() => rmSync(file, { force: true }));

  afterAll(async () => await sshd[Symbol.asyncDispose]());

  const name = () => `[127.0.0.1]:${sshd.port}`;
  const key = () => `${sshd.hostKeys['ed25519']?.publicKey.split(' ').slice(0, 2).join(' ')}`;

  function hostWith(...lines: string[]) {
    const { knownHostsFiles: _, ...connection } = sshd.host().connection;
    const text = [
      ...lines,
      `UserKnownHostsFile ${file}`,
      'GlobalKnownHostsFile none',
      'IdentityAgent none',
    ];
    const sshArguments = ['-F', sshd.scratch.file('config', text.join('\n'))];
    return { ...sshd.host(), connection: { ...connection, sshArguments } };
  }

  async function outcome(...lines: string[]): Promise<string> {
    try {
      await using session = await new Connections().connect(hostWith(...lines));
      return session.host.name && 'it worked';
    } catch (error) {
      return (error as Error).message;
    }
  }

  const known = () => (existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined);

  function knowAnother(): string {
    const { publicKey } = sshd.scratch.key(`other-${Math.random()}`, '-t', 'ed25519');
    const line = `${name()} ${publicKey}`;
    execFileSync('sh', ['-c', 'mkdir -p "${1%/*}"; printf "%s\\n" "$2" >"$1"', 'sh', file, line]);
    return line;
  }

  const nobody = async () => expect.unreachable();

  const UNKNOWN = 'The host is not known';
  const CHANGED = 'The host presents another key than the known one';

  test.for([
    ['yes', UNKNOWN, CHANGED, false],
    ['ask', UNKNOWN, CHANGED, false],
    ['accept-new', 'it worked', CHANGED, true],
    ['no', 'it worked', 'it worked', true],
    ['off', 'it worked', 'it worked', true],
  ] as const)('%s', async ([value, unknown, changed, remembered]) => {
    const option = `StrictHostKeyChecking ${value}`;
    expect(await outcome(option)).toBe(unknown);
    expect(known()).toBe(remembered ? `${name()} ${key()}` : undefined);
    const line = knowAnother();
    expect(await outcome(option)).toBe(changed);
    expect(known()).toBe(line);
  });

  test('a new host is written with a hashed name where ssh_config says so', async () => {
    expect(await outcome('StrictHostKeyChecking accept-new', 'HashKnownHosts yes')).toBe(
      'it worked',
    );
    expect(known()).toMatch(/^\|1\|/);
    expect(await outcome('StrictHostKeyChecking yes')).toBe('it worked');
    expect(execFileSync('ssh-keygen', ['-F', name(), '-f', file]).toString()).toContain(key());
  });

  test('a host goes by its alias', async () => {
    expect(await outcome('StrictHostKeyChecking accept-new', 'HostKeyAlias web')).toBe('it worked');
    expect(known()).toBe(`web ${key()}`);
  });

  test.for([
    [true, 'it worked'],
    [false, UNKNOWN],
  ] as const)('a person is asked once about a new key, and says %s', async ([answer, expected]) => {
    const questions: string[] = [];
    const yes = async (question: string) => {
      questions.push(question.replace(/SHA256:\S+/, 'SHA256').replace(`${sshd.port}`, 'PORT'));
      return answer;
    };
    const connections = new Connections();
    await connections.prepare([hostWith(), hostWith()], { secret: nobody, yes });
    await connections.prepare([hostWith()], { secret: nobody, yes });
    expect(questions).toEqual([
      'node1 ([127.0.0.1]:PORT) is not known yet. It shows the key\n  ssh-ed25519 SHA256\nIs it that of the host? (yes/no) ',
    ]);
    expect(await outcome()).toBe(expected);
  });

  test('nobody is asked about a changed key, nor where ssh_config says yes', async () => {
    const ask = { secret: nobody, yes: nobody };
    await new Connections().prepare([hostWith('StrictHostKeyChecking yes')], ask);
    knowAnother();
    await new Connections().prepare([hostWith()], ask);
    expect(await outcome()).toBe(CHANGED);
  });

  test.for(['Ciphers aes256-ctr', 'MACs hmac-sha2-512', 'KexAlgorithms ecdh-sha2-nistp384'])(
    'only what ssh_config allows is used: %s',
    async (line) => {
      expect(await outcome('StrictHostKeyChecking accept-new', line)).toBe('it worked');
    },
  );
});
