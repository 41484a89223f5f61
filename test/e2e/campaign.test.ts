import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { obstacle } from '#lab/preflight.ts';

const reason = await obstacle();
const MAIN = 'test/campaign/main.ts';
const title = 'a minute of runs that something goes wrong with breaks no promise';

test.skipIf(reason !== undefined)(
  reason === undefined ? title : `${title} (skipped: ${reason.message}, ${reason.where})`,
  async () => {
    const words = '--minutes 1 --hosts 1 --rings 0 --readers 0'.split(' ');
    const shared = inject('shared');
    const env = { ...process.env, TMPDIR: shared, NODE_COMPILE_CACHE: join(shared, 'compiled') };
    const run = promisify(execFile)(process.execPath, [MAIN, ...words], { env, maxBuffer: 1e8 });
    const { stdout } = await run.catch((error) => error);
    // With its seed, which shows a breach again.
    process.stdout.write(stdout);
    expect(stdout).toMatch(/^campaign: \d+ trials, 0 inputs, 0 breaches$/m);
  },
);
