import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const REPORTER = fileURLToPath(new URL('closing-line-reporter.ts', import.meta.url));

test('the closing line counts what failed between the tests', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rota-line-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(
    join(folder, 'a.test.mjs'),
    `describe('a lab', () => {
      afterAll(() => { throw new Error('it does not end'); });
      test('is up', () => {});
      test.skip('is not waited for', () => {});
      test('is down', () => { throw new Error('it is up'); });
    });`,
  );
  writeFileSync(join(folder, 'b.test.mjs'), `throw new Error('it does not load');`);
  const vitest = ['run', '--root', folder, '--globals', '--reporter', REPORTER];
  const { stdout, status } = spawnSync('vitest', vitest, { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '\n1 passed, 3 failed, 1 skipped\n' });
});
