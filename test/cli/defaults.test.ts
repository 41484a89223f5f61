import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { Command } from 'commander';
import { afterAll, expect, test } from 'vitest';
import { failuresOf } from '#engine/model/failure.ts';
import { formatFailures } from '#engine/report/failure.ts';
import { noPaint } from '#engine/report/paint.ts';
import { readDefaults } from '../../cli/defaults/read-defaults.ts';
import { defaultsSchema } from '../../cli/defaults/schema.ts';
import { commandFile } from '../../cli/program.ts';
import { Desk } from './rota.ts';

const desk = new Desk();
afterAll(() => desk.remove());

async function errorsOf(text: string): Promise<string> {
  const error = await readDefaults(desk.write('wrong.yaml', text)).catch((thrown) => thrown);
  return `\n${formatFailures(failuresOf(error), noPaint).replaceAll(desk.folder, 'DESK')}\n`;
}

/** The flags that a command comes to. */
async function flagsOf(name: string, ...args: readonly string[]): Promise<string> {
  const command = new Command();
  (await commandFile(name)).define(command, () => {});
  let said = '';
  command.configureOutput({
    writeErr: (text) => {
      said += text;
    },
  });
  await command.action(() => {}).parseAsync(args, { from: 'user' });
  const { report, forks, diff, ringsAtOnce, maxGap, atMost } = command.opts();
  const flags = { report, forks, diff, ringsAtOnce, maxGap, atMost };
  return `${said}${JSON.stringify(flags)}`.replaceAll(desk.folder, 'DESK');
}

test('flags win over the file beside the inventory, which wins over what there is without', async () => {
  const inventory = desk.inventory();
  mkdirSync(desk.path('folder'));
  const text = `report: {junit: report.xml, json: /tmp/report.json}
forks: 4
diff: true
rings-at-once: 1
max-gap: 2s
at-most: {reads: 3m, line: 64KB}
`;
  desk.write('rota.yaml', text);
  desk.write('folder/rota.yaml', 'forks: 5\n');
  const flags = [
    '--forks',
    '7',
    '--no-diff',
    '--report',
    'junit=other.xml',
    '--at-most',
    'line=2KB',
  ];
  expect([
    await flagsOf('deploy', inventory),
    await flagsOf('deploy', inventory, ...flags),
    await flagsOf('deploy', desk.path('folder')),
    await flagsOf('deploy', desk.path('rota.yaml')),
    await flagsOf('verify', inventory),
  ]).toMatchInlineSnapshot(`
    [
      "Defaults of DESK/rota.yaml: at-most, forks, report, diff, rings-at-once, max-gap
    {"report":[{"kind":"json","path":"/tmp/report.json"},{"kind":"junit","path":"DESK/report.xml"}],"forks":4,"diff":true,"ringsAtOnce":1,"maxGap":2000,"atMost":["reads=3m","line=64KB"]}",
      "Defaults of DESK/rota.yaml: at-most, report, rings-at-once, max-gap
    {"report":[{"kind":"json","path":"/tmp/report.json"},{"kind":"junit","path":"other.xml"}],"forks":7,"diff":false,"ringsAtOnce":1,"maxGap":2000,"atMost":["reads=3m","line=64KB","line=2KB"]}",
      "Defaults of DESK/folder/rota.yaml: forks
    {"forks":5}",
      "{"forks":32}",
      "Defaults of DESK/rota.yaml: at-most, report
    {"report":[{"kind":"json","path":"/tmp/report.json"},{"kind":"junit","path":"DESK/report.xml"}],"atMost":["reads=3m","line=64KB"]}",
    ]
  `);
});

test('a file that asks for diffs does not keep workers from a run, who show none', async () => {
  const inventory = desk.inventory();
  desk.write('rota.yaml', 'diff: true\nforks: 4\n');
  expect(await flagsOf('deploy', inventory, '--via', 'nats://queue')).toBe(
    'Defaults of DESK/rota.yaml: forks\n{"forks":4}',
  );
});

test('a run says what it took, a saved plan takes it as well, and lint says what is wrong with it', () => {
  desk.write('rota.yaml', 'report: {json: report.json}\nforks: 2\n');
  const inventory = desk.inventory();
  const run = [
    'run',
    'test/fixtures/choosing/playbook.ts',
    inventory,
    '--plan-out',
    desk.path('plan'),
  ];
  expect(desk.rota(...run)).toMatchObject({
    status: 2,
    stderr: 'Defaults of DESK/rota.yaml: forks, report\n',
  });
  expect(JSON.parse(readFileSync(desk.path('report.json'), 'utf8')).mode).toBe('dry-run');
  expect(desk.rota('apply', desk.path('plan')).stderr).toBe('Defaults of DESK/rota.yaml: report\n');
  expect(JSON.parse(readFileSync(desk.path('report.json'), 'utf8')).mode).toBe('apply');
  desk.write('rota.yaml', 'fork: 2\n');
  expect(desk.rota('lint', inventory)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('where  DESK/rota.yaml:1:1'),
  });
});

test('all that is wrong with it is said at once, by line and column', async () => {
  expect(
    await errorsOf(`report:
  junit: [report.xml]
  markdwn: report.md
forks: ten
repair: true
watch: false
rings-at-once: 0
max-gap: 5 s
at-most: {reads: 3x, lines: 1GB, red: 3m}
`),
  ).toMatchInlineSnapshot(`
    "
    ✖ The value of report.junit is wrong
      where  DESK/wrong.yaml:2:10
      fix    Expected the path of a file.

    ✖ There is no default report.markdwn
      where  DESK/wrong.yaml:3:3
      fix    Did you mean markdown?

    ✖ The value of forks is wrong
      where  DESK/wrong.yaml:4:8
      fix    Expected a whole number from 1 on.

    ✖ A file cannot ask for repair
      where  DESK/wrong.yaml:5:1
      fix    What makes a run less careful is said by who makes it, with --repair.

    ✖ A file cannot ask for watch
      where  DESK/wrong.yaml:6:1
      fix    What makes a run less careful is said by who makes it, with --no-watch.

    ✖ The value of rings-at-once is wrong
      where  DESK/wrong.yaml:7:16
      fix    Expected a whole number from 1 on.

    ✖ The value of max-gap is wrong
      where  DESK/wrong.yaml:8:10
      fix    Expected a time such as 500ms, 2s or 1d.

    ✖ The value of at-most.reads is wrong
      where  DESK/wrong.yaml:9:18
      fix    Expected a time from 1s to 1d, such as 3m.

    ✖ The value of at-most.lines is wrong
      where  DESK/wrong.yaml:9:29
      fix    Expected a size from 1KB to 256MB, such as 64KB.

    ✖ There is no default at-most.red
      where  DESK/wrong.yaml:9:34
      fix    Did you mean reads?
    "
  `);
  expect(await errorsOf('- forks: 3\n')).toMatchInlineSnapshot(`
    "
    ✖ The file is no list of defaults
      where  DESK/wrong.yaml:1:1
      fix    Expected names with their values, such as forks: 10.
    "
  `);
  expect(await errorsOf('forks: *all\nforks: [')).toMatchInlineSnapshot(`
    "
    ✖ The file has an alias
      where  DESK/wrong.yaml:1:8
      fix    Write the value out.

    ✖ The file is not valid YAML
      where  DESK/wrong.yaml:2:1
      fix    Map keys must be unique.

    ✖ The file is not valid YAML
      where  DESK/wrong.yaml:2:9
      fix    Close the { with } or the [ with ]; what is in it stands further right than its key.
    "
  `);
});

test('a second document is one too many', async () => {
  expect(await errorsOf('forks: 3\n---\nforks: 4\n')).toMatchInlineSnapshot(`
    "
    ✖ The file has more than one document
      where  DESK/wrong.yaml:2:1
      fix    Leave one document in it.
    "
  `);
});

test('what stands in place of the file is not passed over, and not waited for', async () => {
  const inventory = desk.path('odd/prod.yaml');
  const said = [];
  for (const make of ['mkdir', 'mkfifo', 'ln -s nowhere', 'ln -s rota.yaml']) {
    rmSync(desk.path('odd'), { recursive: true, force: true });
    mkdirSync(desk.path('odd'));
    execFileSync('sh', ['-c', `${make} "$1"`, 'sh', desk.path('odd/rota.yaml')]);
    const error = await flagsOf('deploy', inventory).catch((thrown) => thrown);
    said.push(formatFailures(failuresOf(error), noPaint).replaceAll(desk.folder, 'DESK'));
  }
  expect([said[0], new Set(said).size]).toMatchInlineSnapshot(`
    [
      "✖ The file of defaults is no file
      where  DESK/odd/rota.yaml
      fix    Make it one, or rename what is there: a folder, a pipe, or a link that leads to no file.",
      1,
    ]
  `);
});

test('lint says what is wrong with it beside what is wrong with the inventory', () => {
  mkdirSync(desk.path('wrong'));
  const inventory = desk.write('wrong/prod.yaml', 'all: {host: {}}\n');
  desk.write('wrong/rota.yaml', 'fork: 2\n');
  const { status, stderr } = desk.rota('lint', inventory);
  expect([status, stderr.match(/(?<=where {2}).*/g)]).toEqual([
    1,
    ['DESK/wrong/rota.yaml:1:1', 'DESK/wrong/prod.yaml:1:7'],
  ]);
});

test('a file with nothing in it says nothing, nor does a link to /dev/null', async () => {
  mkdirSync(desk.path('null'));
  symlinkSync('/dev/null', desk.path('null/rota.yaml'));
  expect(await flagsOf('deploy', desk.path('null/prod.yaml'))).toBe('{"forks":32}');
  expect(await readDefaults(desk.write('empty.yaml', '# forks: 3\n'))).toEqual({});
});

test('the committed schema is the one of the defaults: npm run rota -- schema --config > docs/config.schema.json', () => {
  const committed = readFileSync('docs/config.schema.json', 'utf8');
  expect(committed).toBe(`${JSON.stringify(defaultsSchema(), null, 2)}\n`);
});
