import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const SEED = 4;
const MOST_HEAP_MB = 320;
const MOST_MB = 500;
const COUNT = 2000;

test(`${COUNT} mutated inventories are read, or refused with a place, in time (seed ${SEED})`, async () => {
  const script = join(import.meta.dirname, 'read-mutants.ts');
  // Files that need no disk, where there is such a place.
  const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const folder = mkdtempSync(join(place, 'rota-mutants-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const args = [`--max-old-space-size=${MOST_HEAP_MB}`, script, folder, `${SEED}`, `${COUNT}`];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 280_000 });
  expect(JSON.parse(stdout).megabytes).toBeLessThan(MOST_MB);
});
