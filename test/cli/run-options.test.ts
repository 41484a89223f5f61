import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failuresOf } from '#engine/model/failure.ts';
import { load } from '../../cli/load.ts';
import { RetryFile } from '../../cli/run-named.ts';
import { REJECTED, result, summary } from '../engine/report/events.ts';
import playbook from '../fixtures/plan/playbook.ts';
import { Desk } from './rota.ts';

const PLAYBOOK = 'test/fixtures/plan/playbook.ts';
let desk: Desk;

beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.remove());

describe('--limit @FILE', () => {
  /** The hosts that a file leaves of those of a playbook, or what is wrong with it. */
  async function limited(text: string | undefined) {
    if (text !== undefined) desk.write('hosts', text);
    const limit = `@${desk.path('hosts')}`;
    return await load(playbook, { sources: [desk.inventory()] }, { limit }).then(
      ({ targets }) => [...targets],
      (error) => failuresOf(error).map(({ message, fix }) => [message, fix !== undefined]),
    );
  }

  test('takes names from a file, comments and empty lines aside', async () => {
    expect(await limited('# those of yesterday\r\n\r\n  node1  # the first\n')).toEqual(['node1']);
  });

  test.for([
    ['is missing', undefined, 'The file of --limit is not there'],
    ['names nobody', '# nobody\n\n', 'The file of --limit names no host'],
    ['names a stranger', 'node1\nnode7\n', 'Nothing is called node7'],
  ] as const)('that %s is an error', async ([, text, what]) => {
    expect(await limited(text)).toEqual([[what, true]]);
  });
});

test('--confirm without a terminal is an error, and nothing is looked at', () => {
  const run = desk.rota('run', PLAYBOOK, desk.inventory(), '--confirm');
  expect([run.status, run.stdout]).toEqual([1, '']);
  expect(run.stderr).toContain('✖ --confirm has no terminal to ask on');
});

test.for([
  ['deploy', 'INVENTORY'],
  ['undrain', 'INVENTORY', 'node1'],
  ['run', PLAYBOOK, 'INVENTORY'],
])('what others have is taken over by name with %s, too', (command) => {
  const words = command.map((word) => (word === 'INVENTORY' ? desk.inventory() : word));
  const run = desk.rota(...words, '--replace', '/etc/own.conf', '--adopt', 'no-unit');
  expect(run.stderr).toContain('Expected the unit of a service');
});

describe('the retry file', () => {
  const names = ['node1', 'node2', 'node3', 'node4', 'node5'];
  const targets = new Set(names);

  test('names what failed or was not done, in the order of the inventory', async () => {
    const retry = new RetryFile(desk.path('retry'));
    retry.onEvent({ type: 'hostFailed', host: 'node5', failure: REJECTED });
    const hosts = [
      summary('localhost', { changed: 1 }),
      summary('node1', { ok: 3 }),
      summary('node2', { failed: 1 }),
      summary('node3', { pending: 2 }),
      summary('node4', { unreachable: true }),
      summary('node5', { ok: 1, changed: 2 }),
      summary('node6', { pending: 1 }),
    ];
    await retry.write(result(hosts), targets);
    expect(readFileSync(desk.path('retry'), 'utf8')).toBe('node2\nnode3\nnode4\nnode5\n');
  });

  test('names all hosts when the work before theirs failed, or was interrupted', async () => {
    const retry = new RetryFile(desk.path('retry'));
    retry.onEvent({ type: 'taskFailed', host: 'localhost', task: 'image', failure: REJECTED });
    await retry.write(result(names.map((name) => summary(name))), targets);
    expect(readFileSync(desk.path('retry'), 'utf8').split('\n')).toEqual([...names, '']);
    const other = new RetryFile(desk.path('other'));
    await other.write(result([summary('node1')], { interrupted: true }), targets);
    expect(readFileSync(desk.path('other'), 'utf8')).toBe('node1\n');
  });

  test('is taken away when all went well', async () => {
    desk.write('retry', 'node1\n');
    await new RetryFile(desk.path('retry')).write(result([summary('node1', { ok: 1 })]), targets);
    expect(existsSync(desk.path('retry'))).toBe(false);
  });
});

test('a command that prints JSON says how, where it is asked as other tools are', () => {
  const said = (...args: readonly string[]) => desk.rota(...args).stderr.split('\n')[1];
  const pointer = '(For JSON there is --json)';
  expect(said('history', 'x', '--output', 'json')).toBe(pointer);
  expect(said('exec', 'all', 'x', '--format=json')).toBe(pointer);
  expect(said('render', 'x', '-o', 'json')).not.toBe(pointer);
});
