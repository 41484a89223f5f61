import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Answers } from '#engine/model/answers.ts';
import type { Read } from '#engine/model/read.ts';
import type { Task } from '#engine/model/task.ts';
import { joinReads, splitAnswers } from '#engine/shell/batch.ts';
import { file } from '#tasks/files/file.ts';
import { folder } from '#tasks/files/folder.ts';
import { runShell } from '../../engine/shell/shells.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rota-way-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** What a task says of this machine before anything is changed. */
function plan(task: Task): unknown {
  const outputs = splitAnswers(runShell(['sh', '-s'], joinReads(task.reads, 'm')), 'm', task.reads);
  const answers = outputs.map((output, index) => {
    const read = task.reads[index] as Read<unknown>;
    return [read.key, { ...output, fact: read.parse(output) }] as const;
  });
  return task.plan(new Answers(new Map(answers)));
}

test.for([
  ['file', 'mkdir', 'a folder'],
  ['file', 'mkfifo', 'a FIFO, a socket or a device'],
  ['folder', 'touch', 'a file'],
  ['folder', 'mkfifo', 'a FIFO, a socket or a device'],
] as const)('a %s is not planned where %s has made something else', ([wanted, program, ran]) => {
  const path = join(root, 'x');
  execFileSync(program, [path]);
  const task = wanted === 'file' ? file({ path, body: '' }) : folder({ path });
  expect(() => plan(task)).toThrow(
    expect.objectContaining({
      message: `Something else is where a ${wanted} should be`,
      where: path,
      ran,
      fix: `Move it away on the host, or give the ${wanted} another path.`,
    }),
  );
});
