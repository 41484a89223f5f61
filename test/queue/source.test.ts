import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sourceIn } from '#queue/source.ts';

const folder = mkdtempSync(join(tmpdir(), 'rota-source-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('what is in no commit, as a list of hosts and what git ignores, goes to no worker', () => {
  const git = (...words: readonly string[]) => execFileSync('git', words, { cwd: folder });
  const path = (name: string) => join(folder, name);
  writeFileSync(path('.gitignore'), 'ignored.yaml\n');
  for (const name of ['ignored.yaml', 'hosts.yaml', 'a,b']) writeFileSync(path(name), 'all:\n');
  git('init', '-q');
  git('add', '-A');
  git('-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-qm', 'one');
  const { pathOf } = sourceIn(folder);
  expect(pathOf(path('hosts.yaml'))).toBe('hosts.yaml');
  for (const wrong of ['web1,', path('web1,'), path('ignored.yaml'), path('a,b'), tmpdir()])
    expect(() => pathOf(wrong)).toThrow('A worker has only what is in the repository');
});
