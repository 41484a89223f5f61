import { existsSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Desk } from './rota.ts';

const PLAYBOOK = 'test/fixtures/choosing/playbook.ts';
let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.remove());

function run(...flags: readonly string[]) {
  return desk.rota('run', PLAYBOOK, desk.inventory(), ...flags);
}

function files(): readonly string[] {
  return ['one', 'two', 'three'].filter((name) => existsSync(desk.path(name)));
}

test('--check shows what --tags chooses, and --diff shows it when it was done', () => {
  const check = run('-C', '-t', 'third');
  expect([check.status, files()]).toEqual([2, []]);
  expect(check.stdout).toContain('+++ DESK/three');
  const { status, stdout } = run('--tags', 'third,first', '--diff', '-f', '1');
  expect([status, files()]).toEqual([0, ['one', 'three']]);
  const [shown] = /^node1 +changed +DESK\/one[\s\S]*\+new$/m.exec(stdout) ?? [];
  expect(shown).toMatchInlineSnapshot(`
    "node1  changed      DESK/one
    node1
    DESK/one
      type: (absent) → file
      mode: (absent) → 0644
      owner: (absent) → root:root
    --- (absent)
    +++ DESK/one
    @@ -0,0 +1 @@
    +new
    node1  applying     DESK/three
    node1  changed      DESK/three
    node1
    DESK/three
      type: (absent) → file
      mode: (absent) → 0644
      owner: (absent) → root:root
    --- (absent)
    +++ DESK/three
    @@ -0,0 +1 @@
    +new"
  `);
});

test('--start-at and --skip-tags leave out what they should', () => {
  expect([run('--start-at', '*/two').status, files()]).toEqual([0, ['two']]);
  expect([run('--skip-tags', 'untagged').status, files()]).toEqual([0, ['one', 'two']]);
});

test('a plan of a part of the tasks is applied as that part', () => {
  const plan = desk.path('plan.json');
  expect(run('--plan-out', plan, '--start-at', '*/two').status).toBe(2);
  expect(desk.rota('show', plan).stdout).toMatch(/^ {2}options {3}--start-at DESK\/two$/m);
  expect([desk.rota('apply', plan).status, files()]).toEqual([0, ['two']]);
});

test('lists connect nowhere, and change nothing', () => {
  const { status, stdout } = run('--list-hosts', '--list-tasks', '--list-tags');
  expect([status, files()]).toEqual([0, []]);
  expect(stdout).toMatchInlineSnapshot(`
    "node1

    node1
      stage 1
        DESK/one  [first]
      stage 2
        DESK/two

    first
    "
  `);
});

test('a tag that no task has is refused before anything is done', () => {
  const { status, stderr } = run('--tags', 'frist');
  expect([status, files()]).toEqual([1, []]);
  expect(stderr).toMatchInlineSnapshot(`
    "✖ No task has the tag frist
      where  --tags
      fix    Did you mean first?
    "
  `);
});

test('exec of a pattern that leaves no host is refused, instead of doing nothing', () => {
  const { status, stderr } = desk.rota('exec', 'all:!node1', desk.inventory(), '--', 'true');
  expect([status, stderr]).toEqual([
    1,
    '✖ The pattern leaves no host\n  where  pattern all:!node1\n  fix    See which hosts there are: rota inventory INVENTORY --graph\n',
  ]);
});
