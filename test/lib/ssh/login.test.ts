import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Connection } from '#engine/model/host.ts';
import { Secret } from '#engine/model/secret.ts';
import { hopTo } from '#lib/ssh/hop.ts';
import { Connections } from '#lib/ssh/index.ts';
import { findLogins } from '#lib/ssh/login.ts';
import { prepare } from '#lib/ssh/prepare.ts';
import { SshClient } from '#lib/ssh/ssh-client.ts';
import { SshConfig } from '#lib/ssh/ssh-config.ts';
import { Agent } from './support/agent.ts';
import { hostWith, Scratch, told } from './support/hosts.ts';
import { Ssh2Server } from './support/ssh2-server.ts';

const { SSH_AUTH_SOCK } = process.env;
const PASSPHRASE = 'a passphrase';
let scratch: Scratch;

beforeAll(() => {
  scratch = new Scratch();
  for (const name of ['one', 'two', 'three']) scratch.key(name, '-t', 'ed25519');
  scratch.key('locked', '-t', 'ed25519', '-N', PASSPHRASE);
});

beforeEach(() => {
  delete process.env['SSH_AUTH_SOCK'];
});

afterAll(() => {
  scratch[Symbol.dispose]();
  if (SSH_AUTH_SOCK !== undefined) process.env['SSH_AUTH_SOCK'] = SSH_AUTH_SOCK;
});

const path = (name: string) => join(scratch.path, name);

function hostFor(config: string, connection: Partial<Connection> = {}) {
  const sshArguments = ['-F', scratch.file('config', config.replaceAll('DIR', scratch.path))];
  return hostWith({ sshArguments, ...connection });
}

async function order(config: string, connection: Partial<Connection> = {}) {
  const client = new SshClient(new SshConfig());
  const hop = await hopTo(hostFor(config, connection), client.config);
  const { attempts, unusable } = await findLogins(hop, client.keyring);
  const plain = (text: string) => text.replaceAll(scratch.path, 'DIR');
  return { tries: attempts.map(({ label }) => plain(label)), unusable: unusable.map(plain) };
}

let agents = 0;

async function agentWith(...names: readonly string[]): Promise<Agent> {
  const askpass = scratch.file('askpass', `#!/bin/sh\necho '${PASSPHRASE}'\n`, 0o700);
  return await Agent.with(path(`agent-${agents++}`), names.map(path), askpass);
}

test('identity files are tried in the order of ssh_config, those that are not there left out', async () => {
  const config = 'IdentityFile DIR/two\nIdentityFile DIR/none\nIdentityFile DIR/one';
  expect(await order(config)).toEqual({ tries: ['DIR/two', 'DIR/one'], unusable: [] });
});

test('the key file of the inventory comes first', async () => {
  expect(await order('IdentityFile DIR/two', { keyFile: path('one') })).toEqual({
    tries: ['DIR/one', 'DIR/two'],
    unusable: [],
  });
});

test('what cannot be used is said, with the reason', async () => {
  renameSync(scratch.key('gone', '-t', 'ed25519').file, path('moved'));
  writeFileSync(path('nonsense'), 'nonsense');
  const lines = ['locked', 'gone', 'nonsense'].map((name) => `IdentityFile DIR/${name}`);
  expect(await order(lines.join('\n'))).toEqual({
    tries: [],
    unusable: [
      'DIR/locked: encrypted, and its passphrase is not known',
      'DIR/gone: only its public key is there, and no agent holds the private one',
      'DIR/nonsense: holds no private key that can be used',
    ],
  });
});

test('an agent is tried before the files, the keys that ssh_config lists first', async () => {
  await using agent = await agentWith('one', 'two');
  process.env['SSH_AUTH_SOCK'] = agent.socket;
  const config = 'IdentityFile DIR/three\nIdentityFile DIR/two';
  expect((await order(config)).tries).toEqual([
    'DIR/two (of the agent)',
    'one (of the agent)',
    'DIR/three',
  ]);
  expect((await order(`${config}\nIdentitiesOnly yes`)).tries).toEqual([
    'DIR/two (of the agent)',
    'DIR/three',
  ]);
  expect((await order(`${config}\nIdentityAgent none`)).tries).toEqual(['DIR/three', 'DIR/two']);
  delete process.env['SSH_AUTH_SOCK'];
  expect((await order(`IdentityAgent ${agent.socket}\nIdentityFile DIR/one`)).tries).toEqual([
    'DIR/one (of the agent)',
    'two (of the agent)',
  ]);
});

test.for([
  ['PubkeyAuthentication no', ['the password, when the host asks', 'the password']],
  ['PreferredAuthentications password', ['the password']],
  ['PasswordAuthentication no', ['DIR/one', 'the password, when the host asks']],
  ['KbdInteractiveAuthentication no', ['DIR/one', 'the password']],
] as const)('%s', async ([line, tries]) => {
  const password = new Secret('x');
  expect((await order(`IdentityFile DIR/one\n${line}`, { password })).tries).toEqual(tries);
});

async function asked(config: string, answers: readonly string[]) {
  const client = new SshClient(new SshConfig());
  const questions: string[] = [];
  const left = [...answers];
  const lines = `${config}\nStrictHostKeyChecking yes`;
  const hosts = [hostFor(lines), hostFor(lines, { port: 23 })];
  const secret = async (question: string) => {
    questions.push(question.replaceAll(scratch.path, 'DIR'));
    return new Secret(left.shift() ?? '');
  };
  const work = prepare(hosts, client, { secret, yes: async () => expect.unreachable() });
  const failure = await work.catch((error: Error) => error.message);
  const { attempts } = await findLogins(
    await hopTo(hosts[0] as never, client.config),
    client.keyring,
  );
  return { questions, failure, tries: attempts.length };
}

test('an encrypted key asks once for its passphrase, for all hosts', async () => {
  expect(await asked('IdentityFile DIR/locked', [PASSPHRASE])).toMatchObject({
    questions: ['Passphrase for the key DIR/locked'],
    tries: 1,
  });
});

test('another passphrase is asked for again, three times', async () => {
  expect(await asked('IdentityFile DIR/locked', ['a', 'b', 'c'])).toEqual({
    questions: [
      'Passphrase for the key DIR/locked',
      'That is not it. Passphrase for the key DIR/locked',
      'That is not it. Passphrase for the key DIR/locked',
    ],
    failure: 'The passphrase of the key is wrong',
    tries: 0,
  });
});

test('nobody is asked for a key that an agent holds', async () => {
  await using agent = await agentWith('one', 'locked');
  const config = `IdentityAgent ${agent.socket}\nIdentityFile DIR/locked`;
  expect(await asked(config, [])).toMatchObject({ questions: [], tries: 2 });
});

test('nobody is asked for a usual key while there is another', async () => {
  writeFileSync(path('id_ed25519'), readFileSync(path('locked')), { mode: 0o600 });
  const alone = await asked('IdentityFile DIR/id_ed25519', [PASSPHRASE]);
  expect(alone).toMatchObject({ questions: ['Passphrase for the key DIR/id_ed25519'], tries: 1 });
  const both = await asked('IdentityFile DIR/id_ed25519\nIdentityFile DIR/one', []);
  expect(both).toMatchObject({ questions: [], tries: 1 });
});

test.for(['password', 'keyboard-interactive'] as const)('a password logs in by %s', async (by) => {
  await using server = await new Ssh2Server({ password: { text: 'geheim', by } }).listen();
  const { keyFile: _, ...connection } = server.host.connection;
  const as = (text: string) => ({
    ...server.host,
    connection: { ...connection, password: new Secret(text) },
  });
  await using session = await new Connections().connect(as('geheim'));
  expect((await session.exec('true')).status).toBe(0);
  const text = await told(new Connections().connect(as('falsch')));
  expect(text).toContain('what: The host refuses the login');
  expect(text).not.toContain('falsch');
});

test('a code or a new password that the host asks for is not given the password', async () => {
  const client = new SshClient(new SshConfig());
  const hop = await hopTo(hostFor('', { password: new Secret('geheim') }), client.config);
  const { attempts } = await findLogins(hop, client.keyring);
  const method = attempts.find(({ kind }) => kind === 'keyboard-interactive')?.method();
  if (typeof method !== 'object' || method.type !== 'keyboard-interactive') expect.unreachable();
  const answers: string[][] = [];
  const rounds = [['Verification code: ', 'New password: ', 'Password: '], ['Password: ']];
  for (const prompts of rounds) {
    const asked = prompts.map((prompt) => ({ prompt, echo: false }));
    method.prompt('', '', '', asked, (given) => answers.push([...given]));
  }
  expect(answers).toEqual([['', '', 'geheim'], ['']]);
});
