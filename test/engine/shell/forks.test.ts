import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Command } from '#engine/model/command.ts';
import { fileAt } from '#engine/reads/file.ts';
import { joinReads, splitAnswers } from '#engine/shell/batch.ts';
import { compileProgram } from '#engine/shell/compile.ts';
import type { AnsweredRead } from '#engine/shell/same-answers.ts';
import { countProcesses, countReads, noStrace } from './count-processes.ts';
import { runShell, SHELLS } from './shells.ts';

const FILES = 4;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rota-forks-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A program that writes so many files, each in a folder of its own, in place of `old` ones or of none. */
function program(shell: readonly string[], files: number, old?: string): string {
  const paths = Array.from({ length: files }, (_, index) =>
    join(root, `${files}`, `${index}`, 'f'),
  );
  for (const path of paths) {
    mkdirSync(dirname(path), { recursive: true });
    if (old !== undefined) writeFileSync(path, old);
  }
  const commands = paths.map(
    (path): Command => ({ kind: 'write', path, body: 'new', mode: '0644', owner: 'root:root' }),
  );
  const reads = paths.map(fileAt);
  const answers = splitAnswers(runShell(shell, joinReads(reads, 'm')), 'm', reads);
  return compiled(
    commands,
    reads.map((read, index) => ({ read, answer: answers[index] as never })),
  );
}

function compiled(commands: readonly Command[], reads: readonly AnsweredRead[] = []): string {
  return compileProgram({
    ...{ runId: 'r9', mark: 'm4rk', commands, armed: false, leased: false, commandMs: 1000 },
    reads,
    about: { owner: 'ada@desk', since: '2026-11-24T00:00:00Z', what: 'test' },
  }).replaceAll('/var/lib/rota', join(root, 'lib'));
}

const why = noStrace ? 'no strace' : process.getuid?.() === 0 ? undefined : 'not root';

describe.skipIf(why !== undefined).for(SHELLS)('a program under %s', ([, shell]) => {
  const count = (script: string) => {
    rmSync(join(root, 'lib'), { recursive: true, force: true });
    return countProcesses(shell, script);
  };

  test('takes two processes, the check before it two more, and three for each new file', () => {
    const [nothing, one, all] = [0, 1, FILES].map((files) => count(program(shell, files)));
    expect({ nothing, one, all }).toEqual({ nothing: 2, one: 2 + 2 + 3, all: 2 + 2 + FILES * 3 });
  });

  test('takes four for each file that is there, and its check two more for all of them', () => {
    expect(count(program(shell, FILES, 'old'))).toBe(2 + 2 + 2 + FILES * 4);
  });

  test('takes one for a command, two for a new folder, and one for what is to go', () => {
    const path = join(root, 'f');
    const counts = [
      { kind: 'run', title: 'r', script: ':' } as const,
      { kind: 'folder', path, mode: '0755', owner: 'root:root' } as const,
      { kind: 'remove', path: join(root, 'none') } as const,
    ].map((command) => count(compiled([command])) - 2);
    expect(counts).toEqual([1, 2, 1]);
  });

  test('reads as much for each file, however many there are', () => {
    const removing = (files: number) =>
      Array.from({ length: files }, (_, index) => join(root, `none-${10 + index}`)).map(
        (path): Command => ({ kind: 'remove', path }),
      );
    const [few = 0, some = 0, many = 0] = [10, 20, 30].map((files) => {
      rmSync(join(root, 'lib'), { recursive: true, force: true });
      return countReads(shell, compiled(removing(files)));
    });
    // Each read(1) of a line of theirs would be 30 calls or more.
    expect(Math.abs(many - some - (some - few))).toBeLessThan(100);
  });
});

test('a host keeps what the last five runs wrote over, and all that may still be undone', () => {
  for (const run of ['r1', 'r2', 'r3', 'r4', 'r5', 'r6'])
    mkdirSync(join(root, 'lib/runs', run), { recursive: true });
  writeFileSync(join(root, 'lib/runs/r1/armed'), '');
  runShell(['sh', '-s'], program(['sh', '-s'], 0));
  expect(readdirSync(join(root, 'lib/runs'))).toEqual(['r1', 'r3', 'r4', 'r5', 'r6', 'r9']);
});
