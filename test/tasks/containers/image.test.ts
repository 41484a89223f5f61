import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Answers } from '#engine/model/answers.ts';
import { image } from '#tasks/containers/image.ts';

const HISTORY = { GIT_CONFIG_GLOBAL: '/dev/null', EMAIL: 'lab@example.org' };

test('the clone that is kept for a repository follows where the repository is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rota-image-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const repository = join(folder, 'keepalived');
  const git = (...words: readonly string[]) =>
    execFileSync('git', words, { env: { ...process.env, ...HISTORY } });
  const commit = (text: string) => {
    writeFileSync(join(repository, 'Makefile'), `build:\n\t@echo made ${text}\n`);
    git('-C', repository, 'add', 'Makefile');
    git('-C', repository, 'commit', '--quiet', '--message', text);
  };
  git('init', '--quiet', '--initial-branch', 'main', repository);
  commit('one');
  expect(madeOf(repository, folder)).toContain('made one');
  commit('two');
  const [clone = ''] = execFileSync('sh', ['-c', `echo ${folder}/rota/*/source`], {
    encoding: 'utf8',
  }).split('\n');
  git('-C', clone, 'remote', 'set-url', 'origin', '/nowhere');
  expect(madeOf(repository, folder)).toContain('made two');
});

/** What the build prints. It ends early without podman. */
function madeOf(repository: string, cache: string): string {
  const commit = execFileSync('git', ['-C', repository, 'rev-parse', 'main'], { encoding: 'utf8' });
  const source = {
    repository,
    ref: commit.trim(),
    name: 'k',
    registry: undefined,
    certificates: undefined,
  };
  const [build] = image(source, new Answers()).fresh();
  if (build?.kind !== 'run') throw new Error('nothing is built');
  const env = { ...process.env, XDG_CACHE_HOME: cache };
  const { stdout, stderr } = spawnSync('sh', ['-e'], {
    input: String(build.script),
    env,
    encoding: 'utf8',
  });
  return stdout + stderr;
}
