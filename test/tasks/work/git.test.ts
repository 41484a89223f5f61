import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { git } from '#tasks/work/git.ts';
import { book, runOn, TemporaryHost } from '../../engine/run/temporary-host.ts';
import { NEVER } from '../../never.ts';

let host: TemporaryHost;
let repository: string;
let path: string;
beforeEach(() => {
  host = new TemporaryHost('node1');
  [repository, path] = [host.path("it's-a-repository"), host.path('app')];
  mkdirSync(repository);
  inRepository('init', '-q', '-b', 'main');
  commit('one');
  inRepository('tag', '-a', '-m', 'first', 'v1');
});
afterEach(() => host.remove());

function run(folder: string, ...args: readonly string[]): string {
  const identity = ['-c', 'user.name=ada', '-c', 'user.email=ada@localhost'];
  return execFileSync('git', ['-C', folder, ...identity, ...args], { encoding: 'utf8' }).trim();
}

const inRepository = (...args: readonly string[]) => run(repository, ...args);
const inApp = (...args: readonly string[]) => run(path, ...args);

function commit(text: string): string {
  writeFileSync(`${repository}/text`, text);
  inRepository('add', 'text');
  inRepository('commit', '-qm', text);
  return inRepository('rev-parse', 'HEAD');
}

const tasks = (ref: string) => () => [git({ repository, path, ref })];
const wanting = (ref: string) => book({ tasks: tasks(ref) });
const text = () => readFileSync(`${path}/text`, 'utf8');

async function failuresOf(ref: string) {
  const { result } = await runOn([host], wanting(ref));
  return result.failures.map(({ message, output }) => [message, output]);
}

describe('a checkout', () => {
  test('is made once, of what a branch, a tag or a commit stands for, and follows it', async () => {
    const old = inRepository('rev-parse', 'HEAD');
    expect((await runOn([host], wanting('main'))).result.hosts).toMatchObject([{ changed: 1 }]);
    expect((await runOn([host], wanting('main'))).result.hosts).toMatchObject([{ ok: 1 }]);
    commit('two');
    await runOn([host], wanting('main'));
    expect(text()).toBe('two');
    await runOn([host], wanting('v1'));
    expect([text(), inApp('rev-parse', 'HEAD')]).toEqual(['one', old]);
    expect((await runOn([host], wanting(old))).result.hosts).toMatchObject([{ ok: 1 }]);
  });

  test('with changes of somebody’s own is refused, and stays; other files of his do not matter', async () => {
    await runOn([host], wanting('main'));
    writeFileSync(`${path}/own`, 'own');
    commit('two');
    writeFileSync(`${path}/text`, 'changed');
    expect(await failuresOf('main')).toEqual([
      ['The checkout has changes of somebody’s own', 'text'],
    ]);
    expect(text()).toBe('changed');
    inApp('checkout', '-q', 'text');
    expect(await failuresOf('main')).toEqual([]);
    expect([text(), readFileSync(`${path}/own`, 'utf8')]).toEqual(['two', 'own']);
  });

  test('goes over nothing else, and of nothing that the repository does not have', async () => {
    mkdirSync(path);
    writeFileSync(`${path}/x`, '');
    expect(await failuresOf('main')).toEqual([
      ['Something else is where a checkout should be', undefined],
    ]);
    expect(await failuresOf('none')).toEqual([
      ['A question to the host failed', `${repository} has no branch or tag none`],
    ]);
  });

  test('is again what it was when the run is undone: none, or that of a branch', async () => {
    const undone = book({
      tasks: tasks('main'),
      rollout: { serial: 1, gate: () => NEVER },
    });
    expect((await runOn([host], undone)).result.undone).toEqual(['node1']);
    expect(existsSync(path)).toBe(false);
    run(host.root, 'clone', '-q', repository, path);
    commit('two');
    expect((await runOn([host], undone)).result.undone).toEqual(['node1']);
    expect([text(), inApp('symbolic-ref', '--short', 'HEAD')]).toEqual(['one', 'main']);
  });
});
