import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { validateAction, validateWorkflow } from '@action-validator/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Desk } from './cli/rota.ts';

const ACTION = readFileSync('action.yml', 'utf8');
const desk = new Desk();

beforeAll(() => {
  mkdirSync(desk.path('node_modules/.bin'), { recursive: true });
  symlinkSync(resolve('bin/rota.cjs'), desk.path('node_modules/.bin/rota'));
  desk.write('hosts.yaml', 'all: {hosts: {here: {ansible_connection: local}}}\n');
  desk.write('site.ts', PLAYBOOK);
});
afterAll(() => desk.remove());

const PLAYBOOK = `import { playbook } from 'rota';
import { file } from 'rota/tasks';
const path = import.meta.dirname + '/made';
export default playbook({ name: 'site', hosts: 'all', tasks: () => [file({ path, body: '' })] });
`;

/** Runs the step that runs rota, as a runner does, with these inputs. */
function step(inputs: Readonly<Record<string, string>>) {
  const { env, run } = parse(ACTION).runs.steps.at(-1);
  const given = Object.entries<string>(env).map(([name, text]) => [
    name,
    text.replace(/\$\{\{ inputs\.([a-z-]+) \}\}/, (_, input) => inputs[input] ?? ''),
  ]);
  const output = desk.write('output', '');
  const { status, stdout } = spawnSync('bash', ['-eo', 'pipefail', '-c', run], {
    cwd: desk.folder,
    env: {
      PATH: `${resolve('node_modules/.bin')}:${process.env['PATH']}`,
      HOME: desk.folder,
      GITHUB_OUTPUT: output,
      ...Object.fromEntries(given),
    },
    encoding: 'utf8',
  });
  return { status, stdout, output: readFileSync(output, 'utf8') };
}

test('the action, and the workflow of a new repository, are as GitHub’s schemas have them', () => {
  const workflow = readFileSync('templates/repository/.github/workflows/test.yaml', 'utf8');
  expect([validateAction(ACTION).errors, validateWorkflow(workflow).errors]).toEqual([[], []]);
  expect(validateAction(ACTION.replace('using: composite', 'using: nothing')).errors).not.toEqual(
    [],
  );
});

test('the action tells a dry run with changes from one without, and from what fails', () => {
  expect(step({ args: 'run\nsite.ts\nhosts.yaml\n--dry-run\n' })).toMatchObject({
    status: 0,
    output: 'changes=true\n',
  });
  expect(step({ args: 'lint\nhosts.yaml\n--playbook\nsite.ts' })).toMatchObject({
    status: 0,
    output: 'changes=false\n',
  });
  expect(step({ args: 'lint\n$(touch hacked).yaml' })).toMatchObject({
    status: 1,
    output: 'changes=false\n',
  });
});

test('the action has the key in an agent while rota runs, and the host keys where they are looked for', () => {
  spawnSync('ssh-keygen', [
    '-q',
    '-t',
    'ed25519',
    '-N',
    '',
    '-C',
    'own key',
    '-f',
    desk.path('id'),
  ]);
  const { stdout } = step({
    args: 'exec\nall\nhosts.yaml\n--\nssh-add -l; echo "<$ROTA_SSH_KEY>"; cat ~/.ssh/known_hosts',
    'ssh-key': readFileSync(desk.path('id'), 'utf8').trimEnd(),
    'known-hosts': 'web1 ssh-ed25519 AAAA',
  });
  expect(stdout).toMatch(/own key \(ED25519\)\n<>\nweb1 ssh-ed25519 AAAA\n/);
});
