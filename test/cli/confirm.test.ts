import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Ssh2Server } from '../lib/ssh/support/ssh2-server.ts';
import { Desk } from './rota.ts';

const PLAYBOOK = 'test/fixtures/plan/playbook.ts';
const QUESTION = 'Apply these changes? [y/N] ';
const hasTerminal = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;
let desk: Desk;

beforeEach(() => {
  desk = new Desk();
  desk.write('plain', 'old\n');
});
afterEach(() => desk.remove());

async function answer(keys: string) {
  return await answerTo(QUESTION, keys, `run ${PLAYBOOK} ${desk.inventory()} --confirm`);
}

/** Answers the question on a terminal of script(1), and gives what was printed after it. */
async function answerTo(question: string, keys: string, words: string) {
  const rota = `${process.execPath} bin/rota.cjs ${words}`;
  const env = { ...process.env, XDG_STATE_HOME: desk.path('state'), NO_COLOR: '1' };
  const child = spawn('script', ['-qec', `stty cols 100 rows 40; ${rota}`, '/dev/null'], { env });
  let text = '';
  child.stdout.on('data', (chunk) => {
    const asked = text.includes(question);
    text += chunk;
    if (!asked && text.includes(question)) child.stdin.write(keys);
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  const [before = '', after = ''] = stripVTControlCharacters(text).split(question);
  return { status, before, after };
}

describe.skipIf(!hasTerminal)('--confirm on a terminal', () => {
  test('shows the changes before it asks, and takes all but a yes for a no', async () => {
    const { status, before, after } = await answer('x\n');
    // Before anything of the command is loaded, and while the inventory is read.
    expect(before).toMatch(/^rota run…\s*reading \S+inventory.yaml…/);
    expect(before).toContain('+new');
    expect(after).toContain('✖ Nothing was changed: the answer was not yes');
    expect(status).toBe(1);
    expect(readFileSync(desk.path('plain'), 'utf8')).toBe('old\n');
  });

  test.for([
    ['the end of the input is a no', '\u0004', 1, 'the answer was not yes'],
    ['Ctrl-C is an interrupt', '\u0003', 130, 'Interrupted after'],
  ] as const)('%s', async ([, keys, status, said]) => {
    const answered = await answer(keys);
    expect(answered.after).toContain(said);
    expect(answered.status).toBe(status);
    expect(readFileSync(desk.path('plain'), 'utf8')).toBe('old\n');
  });
});

test.skipIf(!hasTerminal)('the end of the input is a no to the key of a host', async () => {
  await using server = await new Ssh2Server().listen();
  const { port, keyFile } = server.host.connection;
  const options = `-F none -o UserKnownHostsFile=${desk.path('known')} -o GlobalKnownHostsFile=none`;
  const variables = {
    ansible_host: '127.0.0.1',
    ansible_port: port,
    ansible_user: 'root',
    ansible_ssh_private_key_file: keyFile,
    ansible_ssh_args: options,
  };
  const inventory = desk.write(
    'ssh.yaml',
    JSON.stringify({ all: { hosts: { node1: variables } } }),
  );
  const answered = await answerTo('(yes/no) ', '\u0004', `exec all ${inventory} -- true`);
  expect(answered.after).toContain('✖ The host is not known');
  expect(answered.status).toBe(4);
});
