import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Command } from '#engine/model/command.ts';
import { fileAt } from '#engine/reads/file.ts';
import { joinReads, splitAnswers } from '#engine/shell/batch.ts';
import { compileProgram } from '#engine/shell/compile.ts';
import { countProcesses, noStrace } from './count-processes.ts';
import { runShell, SHELLS } from './shells.ts';

const FILES = 4;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rota-forks-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A program that writes so many new files, each in a folder of its own. */
function program(shell: readonly string[], files: number): string {
  const paths = Array.from({ length: files }, (_, index) =>
    join(root, `${files}`, `${index}`, 'f'),
  );
  for (const path of paths) mkdirSync(dirname(path), { recursive: true });
  const commands = paths.map(
    (path): Command => ({ kind: 'write', path, body: 'new', mode: '0640', owner: 'root:root' }),
  );
  const reads = paths.map(fileAt);
  const answers = splitAnswers(runShell(shell, joinReads(reads, 'm')), 'm', reads);
  return compileProgram({
    ...{ runId: 'r9', mark: 'm4rk', commands, armed: false, leased: false, commandMs: 1000 },
    reads: reads.map((read, index) => ({ read, answer: answers[index] as never })),
    about: { owner: 'ada@desk', since: '2026-11-24T00:00:00Z', what: 'test' },
  }).replaceAll('/var/lib/rota', join(root, 'lib'));
}

const why = noStrace ? 'no strace' : process.getuid?.() === 0 ? undefined : 'not root';

describe.skipIf(why !== undefined).for(SHELLS)('a program under %s', ([name, shell]) => {
  test('takes a few processes, the check before it a few more, and eleven for each file', () => {
    const [nothing, one, all] = [0, 1, FILES].map((count) =>
      countProcesses(shell, program(shell, count)),
    );
    // bash starts one more to compare a hash.
    const each = name === 'bash' ? 12 : 11;
    expect({ nothing, one, all }).toEqual({
      nothing: 5,
      one: 5 + 4 + each,
      all: 5 + 4 + FILES * each,
    });
  });
});

test('a host keeps what the last five runs wrote over, and all that may still be undone', () => {
  for (const run of ['r1', 'r2', 'r3', 'r4', 'r5', 'r6'])
    mkdirSync(join(root, 'lib/runs', run), { recursive: true });
  writeFileSync(join(root, 'lib/runs/r1/armed'), '');
  runShell(['sh', '-s'], program(['sh', '-s'], 0));
  expect(readdirSync(join(root, 'lib/runs'))).toEqual(['r1', 'r3', 'r4', 'r5', 'r6', 'r9']);
});
