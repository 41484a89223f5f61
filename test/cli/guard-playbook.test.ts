import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Answers } from '#engine/model/answers.ts';
import type { Command } from '#engine/model/command.ts';
import type { Playbook } from '#engine/model/playbook.ts';
import { task } from '#engine/model/task.ts';
import { guardPlaybook } from '../../cli/guard-playbook.ts';
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
      "stderr": "✖ A task has options that it cannot do its work with
      where  DESK/own.ts:5:15 › packages
             packages must be a list
      fix    Mend them in the playbook.
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
      where  DESK/own.ts › tasks
      fix    Give a list of tasks, or of lists of them; what is not always wanted, as ...(wanted ? [file(…)] : [])."
  `);
});

test('a playbook may give nothing, or stages', () => {
  expect(lint('tasks: () => undefined as never, prepare: () => [],').status).toBe(0);
  expect(lint(`tasks: () => [[], [packages(['curl'])]],`).status).toBe(0);
});

test('as JSON it is in the one object, too', () => {
  const { stdout, status } = lint('tasks: () => [packages(5 as never)],', '--json');
  expect([JSON.parse(stdout).errors[0].where, status]).toEqual(['DESK/own.ts:5:15 › packages', 1]);
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

test('what is thrown where nobody waits for it is told by what has begun it', () => {
  const wait = 'await new Promise((over) => setTimeout(over, 5_000));';
  const { stderr, status } = desk.rota(
    'run',
    withPlaybook(`script: async () => { setTimeout(() => { throw 'later'; }, 1); ${wait} },`),
    desk.path('hosts.yaml'),
  );
  expect({ stderr, status }).toMatchInlineSnapshot(`
    {
      "status": 1,
      "stderr": "✖ The playbook has a mistake
      where  DESK/own.ts › script
             later
      fix    Look there for what throws it, or for what is begun and not waited for.
    ",
    }
  `);
});

/** What is told of an error of a part of a playbook that has no source file of its own. */
async function toldOf(
  part: Partial<Playbook<unknown>>,
  work: (of: Playbook<unknown>) => unknown,
  path = '/site/own.ts',
) {
  try {
    const playbook = guardPlaybook({ name: 'own', hosts: 'web', ...part }, path);
    return await work(playbook);
  } catch (error) {
    const { message, where, output } = error as {
      message: string;
      where?: string;
      output?: string;
    };
    return [message, where, output];
  }
}

const ask = ({ tasks }: Playbook<unknown>) => tasks?.({} as never);
const plan = (playbook: Playbook<unknown>) =>
  [ask(playbook)].flat(2).map((one) => one?.plan(new Answers()));
const bug = () => {
  throw new Error('of ours');
};

/** What is said of playbooks that cannot be loaded, all in one process. */
function whereLoaded(tops: readonly string[]): string {
  const head = "import { playbook } from 'rota';\nimport { link } from 'rota/tasks';\n";
  const end = "\nexport default playbook({ name: 'top', hosts: 'web' });\n";
  const paths = tops.map((top, index) => desk.write(`top${index}.ts`, `${head}${top}${end}`));
  const load = `import { findPlaybook } from './cli/find-playbook.ts';
import { formatFailure } from './engine/report/failure.ts';
for (const path of ${JSON.stringify(paths)})
  await findPlaybook({ command: 'run', path }).catch((error) => console.log(formatFailure(error)));`;
  const flags = ['--require', './bin/modules.cjs', '--input-type=module', '--eval', load];
  return execFileSync(process.execPath, flags, { encoding: 'utf8' }).replaceAll(
    desk.folder,
    'DESK',
  );
}

test('what is wrong where a playbook is loaded is told by its line; what Node refuses, in Node’s words', () => {
  desk.write('helper.ts', "import fs from 'node:fs/promises';\nawait fs.readFile('/none');\n");
  const tops = [
    "link({ path: '/a', targt: 1 } as never);",
    "await import('./helper.ts');",
    "JSON.parse('{');",
    'throw null;',
    "import { no } from 'rota';",
    "import './none.ts';",
  ];
  expect(whereLoaded(tops)).toMatchInlineSnapshot(`
    "✖ A task has options that it cannot do its work with
      where  DESK/top0.ts:3:1 › link /a
             targt is no option
             target must be one line of text
      fix    Did you mean target? Mend them in the playbook.
    ✖ The playbook has a mistake
      where  DESK/helper.ts:2:1
             Error: ENOENT: no such file or directory, open '/none'
      fix    Mend it there: look at the types of what is given to a task. Where types are checked (tsc), they name it.
    ✖ The playbook has a mistake
      where  DESK/top2.ts:3:6
             SyntaxError: Expected property name or '}' in JSON at position 1 (line 1 column 2)
      fix    Mend it there: look at the types of what is given to a task. Where types are checked (tsc), they name it.
    ✖ The playbook has a mistake
      where  DESK/top3.ts
             null
      fix    Look there for what throws it, or for what is begun and not waited for.
    ✖ The playbook cannot be loaded
      where  DESK/top4.ts
             The requested module 'rota' does not provide an export named 'no'
      fix    Mend what is named above: Node 24 runs the file as it is, and types alone are left out.
    ✖ The playbook cannot be loaded
      where  DESK/top5.ts
             Cannot find module 'DESK/none.ts' imported from DESK/top5.ts
      fix    Mend what is named above: Node 24 runs the file as it is, and types alone are left out.
    "
  `);
});

test('what has no place in the playbook is told by its part; only what rota throws is a bug', async () => {
  mkdirSync(desk.path('node_modules'));
  const path = desk.write('node_modules/lib.mjs', 'export function use() { null.x; }');
  const { use }: { use(): never } = await import(path);
  const own = task({
    ...{ title: 'its own', desired: {}, reads: {}, apply: () => [] },
    inspect: () => {
      throw 5;
    },
  });
  const run = async ({ script }: Playbook<unknown>) => await script?.({} as never);
  const all = [
    toldOf({ tasks: use }, ask),
    toldOf({ tasks: () => [own] }, plan),
    toldOf({ script: () => Promise.reject({ code: 1 }) }, run),
    toldOf({ rollout: { serial: 1, gate: use } }, ({ rollout }) => rollout?.gate?.({} as never)),
    toldOf({ tasks: bug }, ask),
    // Beside rota itself.
    toldOf({ tasks: bug }, ask, resolve('own.ts')),
  ];
  expect(await Promise.all(all)).toMatchInlineSnapshot(`
    [
      [
        "The playbook has a mistake",
        "/site/own.ts › tasks",
        "TypeError: Cannot read properties of null (reading 'x')",
      ],
      [
        "The playbook has a mistake",
        "/site/own.ts › tasks › its own",
        "5",
      ],
      [
        "The playbook has a mistake",
        "/site/own.ts › script",
        "{ code: 1 }",
      ],
      [
        "The playbook has a mistake",
        "/site/own.ts › rollout › gate",
        "TypeError: Cannot read properties of null (reading 'x')",
      ],
      [
        "of ours",
        undefined,
        undefined,
      ],
      [
        "of ours",
        undefined,
        undefined,
      ],
    ]
  `);
});

test('what a playbook has or gives that is nothing of its kind is refused by name', async () => {
  const planned = (given: unknown) => {
    const apply = () => given as readonly Command[];
    const inspect = () => undefined;
    return toldOf(
      { tasks: () => [task({ title: 'x', desired: { a: 1 }, reads: {}, inspect, apply })] },
      plan,
    );
  };
  const own = { title: 'y', desired: {}, reads: {}, inspect: () => ({}), apply: () => [] };
  const keyless = { script: ':', parse: () => '' };
  const misspelt = { tasks: () => [], verfy: () => [], rollout: { serial: 1, gtae: bug } };
  const all = [
    toldOf({ tasks: () => [task({ title: 'x', aply: bug } as never)] }, ask),
    toldOf(
      { tasks: () => [task({ ...own, reads: { a: 'uname', b: undefined, c: keyless } } as never)] },
      ask,
    ),
    toldOf({ tasks: () => [task({ ...own, desired: () => undefined } as never)] }, plan),
    planned({ kind: 'run' }),
    planned([{ kind: 'run', title: 'a', scrpt: ':' }, { kind: 'rn' }]),
    toldOf({ verify: () => [5 as never] }, ({ verify }) => verify?.([], {} as never)),
    toldOf({ rollout: { serial: 1, gate: () => ({}) as never } }, ({ rollout }) =>
      rollout?.gate?.({} as never),
    ),
    toldOf(misspelt as never, ask),
  ];
  expect(await Promise.all(all)).toMatchInlineSnapshot(`
    [
      [
        "A task has options that it cannot do its work with",
        "task x",
        "aply is no option
    reads must be an object
    inspect must be a function
    apply must be a function
    desired must be an object",
      ],
      [
        "A task has options that it cannot do its work with",
        "task y",
        "reads.a must be a read: its key, its script or path, and parse
    reads.b must be a read: its key, its script or path, and parse
    reads.c must be a read: its key, its script or path, and parse",
      ],
      [
        "A task has options that it cannot do its work with",
        "task y",
        "desired must be an object",
      ],
      [
        "The playbook has options that it cannot do its work with",
        "/site/own.ts › tasks › x",
        "apply must be a list",
      ],
      [
        "The playbook has options that it cannot do its work with",
        "/site/own.ts › tasks › x",
        "run.scrpt is no option
    run.script must be a text
    apply must give commands, of the kinds run, write, folder, link, remove, feed, save, boot",
      ],
      [
        "The playbook gives something else than checks",
        "/site/own.ts › verify",
        undefined,
      ],
      [
        "The playbook gives something else than checks",
        "/site/own.ts › rollout › gate",
        undefined,
      ],
      [
        "The playbook has options that it cannot do its work with",
        "/site/own.ts",
        "verfy is no option
    rollout.gtae is no option",
      ],
    ]
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
