import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Desk } from './rota.ts';

/** Those that say what there is: the program, what finds modules, what hides secrets, and commander. */
const MOST_MODULES = 17;
/** 111 of them are those of yaml, zod and commander; zod’s languages would be 64 more. */
const MOST_MODULES_OF_LINT = 282;
/** Up to the logins, which fail here; nunjucks with its 24 comes after them. */
const MOST_MODULES_OF_DEPLOY = 413;

let desk: Desk;

beforeEach(() => {
  desk = new Desk();
  vi.stubEnv('NODE_OPTIONS', `--import=${new URL('count-modules.ts', import.meta.url).href}`);
  vi.stubEnv('MODULES_FILE', desk.path('modules'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  desk.remove();
});

function loadedBy(...args: readonly string[]) {
  const { status } = desk.rota(...args);
  const urls = readFileSync(desk.path('modules'), 'utf8').split('\n');
  const packages = urls.flatMap(
    (url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? [],
  );
  return { status, packages: [...new Set(packages)].toSorted(), count: urls.length };
}

describe('no file of a command is loaded', () => {
  test.each([
    ['--help', 0],
    ['--version', 0],
    ['deplyo', 1],
  ])('by rota %s', (arg, status) => {
    const { count, ...loaded } = loadedBy(arg);
    expect(loaded).toEqual({ status, packages: ['commander'] });
    expect(count).toBeLessThanOrEqual(MOST_MODULES);
  });
});

describe('a command loads the packages that it needs', () => {
  function packagesOf(...args: readonly string[]): string {
    const { status, packages } = loadedBy(...args);
    return `${status}: ${packages.join(' ')}`;
  }

  test('the help of deploy, asked for either way, runs nothing', () => {
    expect(packagesOf('deploy', '--help')).toBe('0: commander');
    expect(packagesOf('help', 'deploy')).toBe('0: commander');
  });

  test('lint reads and checks an inventory', () => {
    const { count, ...loaded } = loadedBy('lint', 'inventory/prod.yaml');
    const packages = ['commander', 'ipaddr.js', 'yaml', 'zod'];
    expect(loaded).toEqual({ status: 0, packages });
    expect(count).toBeLessThanOrEqual(MOST_MODULES_OF_LINT);
  });

  test('a run without changes loads what shows no change and what mends none', () => {
    const nowhere = ['ansible_host=127.0.0.1', 'ansible_port=1', 'image_repository=/nowhere'];
    const extra = nowhere.flatMap((variable) => ['-e', variable]);
    const { count, ...loaded } = loadedBy('deploy', 'inventory/lab.yaml', ...extra);
    expect(loaded).toMatchInlineSnapshot(`
      {
        "packages": [
          "asn1",
          "bcrypt-pbkdf",
          "commander",
          "cpu-features",
          "ipaddr.js",
          "is-stream",
          "node-ssh",
          "safer-buffer",
          "sb-promise-queue",
          "sb-scandir",
          "shell-escape",
          "ssh2",
          "tweetnacl",
          "yaml",
          "zod",
          "zx",
        ],
        "status": 4,
      }
    `);
    expect(count).toBeLessThanOrEqual(MOST_MODULES_OF_DEPLOY);
  });

  test('exec on this machine checks nothing', () => {
    const args = ['exec', 'all', desk.inventory(), '--', 'true'];
    expect(packagesOf(...args)).toBe('0: commander yaml zx');
  });

  test('exec over OpenSSH’s client does without rota’s own', () => {
    const nowhere = ['ansible_connection=ssh', 'ansible_host=127.0.0.1', 'ansible_port=1'];
    const extra = nowhere.flatMap((variable) => ['-e', variable]);
    const args = ['exec', 'all', desk.inventory(), ...extra, '--transport', 'openssh'];
    expect(packagesOf(...args, '--', 'true')).toBe('4: commander yaml zx');
  });

  test('a run shows no diffs, and a dry run does when there is something to change', () => {
    const run = ['run', 'test/fixtures/choosing/playbook.ts', desk.inventory()];
    const seen = [['--dry-run'], [], ['--dry-run']].map((flags) => packagesOf(...run, ...flags));
    expect(seen).toEqual([
      '2: commander diff yaml zod zx',
      '0: commander yaml zod zx',
      '0: commander yaml zod zx',
    ]);
  });

  test('render fills in templates', () => {
    const args = ['render', 'inventory/prod.yaml', '--host', 'controller1.example.com'];
    expect(packagesOf(...args)).toBe(
      '0: a-sync-waterfall asap commander ipaddr.js nunjucks yaml zod',
    );
  });
});
