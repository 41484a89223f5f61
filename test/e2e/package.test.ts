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
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
    expect(await did('--dry-run', ...text)).toEqual([2, 'Dry run: 3 to change on 3 hosts']);
    expect((await did(...text))[0]).toBe(0);
    expect(await did('--dry-run', ...text)).toEqual([
      0,
      'Dry run: nothing to do: all 3 hosts are as they should be',
    ]);
    expect((await testLab.lab.run('node2', 'cat /etc/motd')).stdout).toBe('node2: Ours.\n');
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
  const blocks = readFileSync(page, 'utf8').matchAll(/^```ts\n(.*?)^```$/gms);
  return [...blocks].map(([, text = '']) => text);
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
