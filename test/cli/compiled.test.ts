import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

function started(cache: string) {
  const env = { ...process.env, XDG_CACHE_HOME: cache };
  return spawnSync(process.execPath, ['bin/rota.cjs', '--version'], { env, encoding: 'utf8' });
}

test('compiled code is kept in the cache, and nothing else', () => {
  const cache = mkdtempSync(join(tmpdir(), 'rota-cache-'));
  onTestFinished(() => rmSync(cache, { recursive: true }));
  expect(started(cache)).toMatchObject({ status: 0, stderr: '' });
  expect(readdirSync(cache)).toEqual(['rota']);
  expect(readdirSync(join(cache, 'rota'))).toEqual(['compiled']);
  expect(readdirSync(join(cache, 'rota/compiled'))).toHaveLength(1);
});

test('a cache that cannot be written is done without', () => {
  expect(started('/dev/null')).toMatchObject({ status: 0, stderr: '' });
});
