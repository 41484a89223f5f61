import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { obstacle } from '#lab/preflight.ts';

const reason = await obstacle();

/** Runs the bench to its end. */
async function bench(...words: readonly string[]) {
  const env = { ...process.env, TMPDIR: inject('shared') };
  const args = ['bench/main.ts', '--quick', ...words];
  const run = promisify(execFile)(process.execPath, args, { env, maxBuffer: 1e8 });
  return await run.catch((error) => error);
}

test.skipIf(reason !== undefined)(
  `the bench has contestants do the same work in turn, and tells how far rota is from the floor${reason === undefined ? '' : ` (skipped: ${reason.message}, ${reason.where})`}`,
  async () => {
    const docs = readFileSync('docs/performance.md', 'utf8');
    const json = join(inject('shared'), 'bench.json');
    const words = ['--hosts', '2', '--only', 'rota,floor', '--delay', '1ms', '--json', json];
    const { stdout, stderr } = await bench(...words);
    expect(stderr).toBe('');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.slice(0, 13).map((line: string) => line.replace(/ [\d.]+ s$/, ''))).toEqual([
      ...[1, 2, 3].flatMap((round) =>
        ['rota', 'floor'].flatMap((name) => [
          `2 hosts, round ${round}, first run: ${name}`,
          `2 hosts, round ${round}, no-op: ${name}`,
        ]),
      ),
      '2 hosts: equal states after each of 12 runs',
    ]);
    expect(lines.slice(-2)).toEqual([
      expect.stringMatching(/^no-op: rota\/floor \d+\.\d\d$/),
      expect.stringMatching(/^first run: rota\/floor \d+\.\d\d$/),
    ]);
    const [result] = JSON.parse(readFileSync(json, 'utf8'));
    expect(result).toMatchObject({ hosts: 2, delayMs: 1, rounds: 3 });
    for (const { median } of result.figures)
      for (const key of ['wallSeconds', 'ownSeconds', 'hostsSeconds'])
        expect(median[key]).toBeGreaterThan(0);
    expect(readFileSync('docs/performance.md', 'utf8')).toBe(docs);
  },
);
