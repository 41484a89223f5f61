import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Desk } from './rota.ts';

const desk = new Desk();
beforeAll(() => {
  desk.write('hosts.yaml', 'web: {hosts: {web1: {ansible_connection: local}}}\n');
});
afterAll(() => desk.remove());

/** Of its own line 5. */
function withPlaybook(part: string): string {
  return desk.write(
    'own.ts',
    `import { Failure, playbook, task } from 'rota';
import { fileAt } from 'rota/reads';
import { link, packages } from 'rota/tasks';
export default playbook({ name: 'own', hosts: 'web',
${part}
});
`,
  );
}

const lint = (part: string, ...flags: readonly string[]) =>
  desk.rota('lint', desk.path('hosts.yaml'), '--playbook', withPlaybook(part), ...flags);

/** The failure that a run tells of. */
const failureOf = (part: string, ...flags: readonly string[]) => {
  const { stdout } = desk.rota('run', withPlaybook(part), desk.path('hosts.yaml'), ...flags);
  return /✖[\s\S]*?(?=\n\n)/.exec(stdout)?.[0];
};

test('options of another type are a fault of the playbook, by file and line, and no bug of rota', () => {
  expect(lint(`tasks: () => [packages({ names: 'nginx' } as never)],`)).toMatchInlineSnapshot(`
    {
      "status": 1,
      "stderr": "✖ The playbook has a mistake
      where  DESK/own.ts:5:15
             TypeError: wanted.join is not a function
      fix    Mend it there: look at the types of what is given to a task. Where types are checked (tsc), they name it.
    ",
      "stdout": "",
    }
  `);
});

test.each([
  ['undefined', '[undefined]'],
  ['a promise of tasks', 'Promise.resolve([])'],
  ['an object', '[{ title: 5, plan: 1, fresh: 1 }]'],
])('%s among the tasks is refused by name', (_, given) => {
  expect(failureOf(`tasks: () => ${given} as never,`, '--dry-run')).toMatchInlineSnapshot(`
    "✖ The playbook gives something else than tasks
      where  tasks
      fix    Give a list of tasks, or of lists of them; what is not always wanted, as ...(wanted ? [file(…)] : [])."
  `);
});

test('a playbook may give nothing, or stages', () => {
  expect(lint('tasks: () => undefined as never, prepare: () => [],').status).toBe(0);
  expect(lint(`tasks: () => [[], [packages(['curl'])]],`).status).toBe(0);
});

test('as JSON it is in the one object, too', () => {
  const { stdout, status } = lint('tasks: () => [packages(5 as never)],', '--json');
  expect([JSON.parse(stdout).errors[0].where, status]).toEqual(['DESK/own.ts:5:15', 1]);
});

test('a task of one’s own that does not know what a host may answer fails on that host alone', () => {
  expect(
    failureOf(
      `tasks: () => [task({ title: 'own', desired: { name: '' }, reads: { it: fileAt('/none') },
       inspect: ({ it }) => ({ name: (it as { content: string }).content.length }), apply: () => [] })],`,
      '--dry-run',
    ),
  ).toMatchInlineSnapshot(`
    "✖ The playbook has a mistake
      where  DESK/own.ts:6:74
             TypeError: Cannot read properties of undefined (reading 'length')
      fix    Mend it there: look at the types of what is given to a task. Where types are checked (tsc), they name it."
  `);
});

test('what a script throws is told with its place', () => {
  expect(
    failureOf(`script: async () => { throw new Error('not today'); },`),
  ).toMatchInlineSnapshot(`
    "✖ The playbook has a mistake
      where  DESK/own.ts:5:29
             Error: not today
      fix    Mend it there: look at the types of what is given to a task. Where types are checked (tsc), they name it."
  `);
});

test('a step whose gate cannot be made is undone, and its host has failed', () => {
  const { status, stdout } = desk.rota(
    'run',
    withPlaybook(`tasks: () => [link({ path: '${desk.path('link')}', target: 'there' })],
  rollout: { serial: 1, gate: ({ ring }) => ring[5].host.name as never },`),
    desk.path('hosts.yaml'),
  );
  expect(stdout).toMatch(/The playbook has a mistake\n {2}where {2}DESK\/own.ts:6:/);
  expect(stdout).toMatch(/web1 was undone; nothing was changed\n$/);
  expect(existsSync(desk.path('link'))).toBe(false);
  expect(status).toBe(1);
});

test('what a playbook refuses itself stays what it says', () => {
  const refusal = `tasks: () => { throw new Failure('Not on Fridays', { fix: 'Wait.' }); },`;
  expect(lint(refusal).stderr).toMatchInlineSnapshot(`
    "✖ Not on Fridays
      fix    Wait.
    "
  `);
});

test('a playbook that is one of a class is run as it is', () => {
  const path = desk.write(
    'class.ts',
    `class Own { name = 'own'; hosts = 'web'; tasks() { return [{ title: 'its own', reads: [], plan: () => ({ fields: [], commands: [] }), fresh: () => [] }]; } }
export default new Own();
`,
  );
  const { stdout } = desk.rota('run', path, desk.path('hosts.yaml'), '--list-tasks');
  expect(stdout).toContain('    its own\n');
});
