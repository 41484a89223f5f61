import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blocks } from '../task-pages.ts';
import { describeInLab } from './support/lab.ts';
import { ended } from './support/test-lab.ts';

describeInLab('the package', { light: true }, (testLab) => {
  /** An empty folder, into which it is installed as npm would do it, without a network. */
  let home: string;
  let tarball: string;

  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'rota-package-'));
    const packed = run('npm', ['pack', '--silent', '--pack-destination', home]);
    tarball = join(home, packed.stdout.trim());
    install(tarball, join(home, 'node_modules'));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  const installed = () => join(home, 'node_modules/rota');
  const rota = async (...args: readonly string[]) =>
    await ended(testLab.startOf(installed(), ...args));

  test('has nothing wrong for npm and TypeScript', () => {
    const found = [
      run('publint', ['run', tarball, '--strict']),
      run('attw', [tarball, '--profile', 'esm-only']),
    ];
    expect(found.map(({ status, stdout }) => (status === 0 ? 'nothing' : stdout))).toEqual([
      'nothing',
      'nothing',
    ]);
  });

  test('a new repository of one’s own has its types and its test right, those of the pages too, and does its work once', async () => {
    const site = join(home, 'site');
    expect(await rota('new', site)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(' && npx rota run site.ts inventory.yaml --dry-run\n'),
      stderr: '',
    });
    expect(readdirSync(site).toSorted()).toEqual([
      '.github',
      '.gitignore',
      'inventory.yaml',
      'package.json',
      'site.ts',
      'tasks',
      'test',
      'tsconfig.json',
    ]);
    const shown = ['README.md', 'docs/from-ansible.md'].flatMap(programsIn);
    for (const [at, text] of shown.entries()) writeFileSync(join(site, `shown-${at}.ts`), text);
    expect(run('npm', ['test'], site)).toMatchObject({ status: 0 });
    const inventory = testLab.inventory();
    const did = async (...flags: readonly string[]) => {
      const { status, stdout } = await rota('run', join(site, 'site.ts'), inventory, ...flags);
      return [status, stdout.trim().split('\n').at(-1)];
    };
    const text = ['-e', 'site_text=Ours.'];
    expect(await did('--dry-run', ...text)).toEqual([2, 'Dry run: 6 to change on 3 hosts']);
    const page = join(home, 'report.html');
    expect((await did(...text, '--report', `html=${page}`))[0]).toBe(0);
    expect(readFileSync(page, 'utf8')).toMatch(/<title>✔ site on .*d3.*"headline":"Done in /s);
    expect(await did('--dry-run', ...text)).toEqual([
      0,
      'Dry run: nothing to do: all 3 hosts are as they should be',
    ]);
    expect((await testLab.lab.run('node2', 'cat /etc/motd')).stdout).toBe('node2: Ours.\n');
  });

  test('runs the programs of the page about them, and takes its playbooks', async () => {
    const library = join(home, 'library');
    mkdirSync(library);
    const write = (name: string, text: string) => writeFileSync(join(library, name), text);
    write('package.json', '{ "type": "module" }');
    write('inventory.yaml', readFileSync(testLab.inventory(), 'utf8'));
    const [template = ''] = blocks(readFileSync('docs/library.md', 'utf8'), 'jinja');
    write('app.conf.njk', template);
    const ends: string[] = [];
    for (const [at, text] of programsIn('docs/library.md').entries()) {
      const program = join(library, `program-${at}.ts`);
      write(basename(program), text);
      const inventory = join(library, 'inventory.yaml');
      const { status, stdout, stderr } = text.includes('export default')
        ? await rota('render', inventory, '--playbook', program, '--host', 'node1')
        : run(process.execPath, [program], library);
      ends.push(`${status} ${stdout}${stderr}`);
    }
    expect(ends).toMatchInlineSnapshot(`
      [
        "0 ",
        "0 ──── /etc/app.conf (0644 root:root)
      listen 8080
      serve one
      serve two
      ",
        "0 [ 'all', '!node3' ]
      node1
      node2
      ",
        "0 [ [ 'node1', 'node2', 'node3' ] ]
      [ '_meta', 'all', 'controllers' ]
      [
        '$schema',
        'title',
        'description',
        'type',
        'properties',
        'additionalProperties',
        'definitions'
      ]
      ",
        "0 ──── /etc/notes (0644 root:root)
      new
      ──── /etc/kubernetes/manifests/notes.yaml (0600 root:root)
      apiVersion: v1
      kind: Pod
      metadata: { name: notes }
      ",
      ]
    `);
  });

  test('renders what a clone renders, and has each of its commands', async () => {
    const inventory = testLab.inventory();
    const file = ['--host', 'node1', '--path', '/etc/keepalived/keepalived.conf'];
    expect(await rota('render', inventory, ...file)).toEqual(
      await testLab.rota('render', inventory, ...file),
    );
    for (const command of readdirSync('cli/commands').map((name) => name.replace('.ts', ''))) {
      const { status, stdout, stderr } = await rota(command, '--help');
      expect([status, stdout.split(' ').slice(0, 3), stderr]).toEqual([
        0,
        ['Usage:', 'rota', command],
        '',
      ]);
    }
  });

  test('brings up a lab of its own, and takes it down', async () => {
    const lab = (...words: readonly string[]) => rota('lab', '--dir', join(home, 'lab'), ...words);
    const outputs = [
      await lab('up', '--nodes', '1', '--no-uplink'),
      await lab('status'),
      await lab('down'),
    ];
    expect(outputs).toEqual([
      { status: 0, stdout: 'The lab is up.\n', stderr: '' },
      { status: 0, stdout: 'node1  on   fd02:9a01::90b1:1c26:6aa2\n', stderr: '' },
      { status: 0, stdout: 'The lab is down.\n', stderr: '' },
    ]);
  });
});

/** The TypeScript that a page shows. */
function programsIn(page: string): readonly string[] {
  return blocks(readFileSync(page, 'utf8'), 'ts');
}

function run(program: string, args: readonly string[], cwd = '.') {
  const PATH = `${resolve('node_modules/.bin')}:${process.env['PATH']}`;
  const env = { ...process.env, PATH, NO_COLOR: '1' };
  return spawnSync(program, args, { cwd, env, encoding: 'utf8' });
}

/** As npm does it: unpacked, with what it depends on beside it, and what a repository has of its own. */
function install(tarball: string, modules: string): void {
  mkdirSync(join(modules, 'rota'), { recursive: true });
  mkdirSync(join(modules, '@types'));
  run('tar', ['xzf', tarball, '--strip-components=1', '-C', join(modules, 'rota')]);
  for (const name of ['yaml', 'zod', 'typescript', '@types/node', 'undici-types'])
    symlinkSync(resolve('node_modules', name), join(modules, name));
}
