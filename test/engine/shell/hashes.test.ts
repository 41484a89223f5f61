import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Read } from '#engine/model/read.ts';
import { Digest } from '#engine/model/state.ts';
import { fileAt, hashedFileAt } from '#engine/reads/file.ts';
import { joinReads, splitAnswers } from '#engine/shell/batch.ts';
import { sameAnswers } from '#engine/shell/same-answers.ts';
import { countProcesses, noStrace } from './count-processes.ts';
import { runShell, SHELLS } from './shells.ts';

const MARK = 'm4rk';
const LARGE = 'a line\n'.repeat(50_000);
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rota-hashes-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const at = (name: string) => join(root, name);
const hashesOf = (names: readonly string[]) => names.map((name) => hashedFileAt(at(name)));
const file = (content: string | Digest) => expect.objectContaining({ type: 'file', content });

function outputsOf(shell: readonly string[], reads: readonly Read<unknown>[]) {
  const streams = runShell(shell, joinReads(reads, MARK));
  return { outputs: splitAnswers(streams, MARK, reads), bytes: streams.stdout.length };
}

function look(shell: readonly string[], reads: readonly Read<unknown>[]) {
  return outputsOf(shell, reads).outputs.map((output, index) =>
    output.status === 0 ? reads[index]?.parse(output) : output.stderr.trim(),
  );
}

describe.for(SHELLS)('a look at hashes under %s', ([, shell]) => {
  test('tells files by size and hash, and all else as a look at contents does', () => {
    writeFileSync(at('large'), LARGE);
    chmodSync(at('large'), 0o640);
    mkdirSync(at('folder'));
    symlinkSync('large', at('link'));
    writeFileSync(at('empty'), '');
    const reads = hashesOf(['folder', 'large', 'absent', 'link', 'empty', 'folder/absent']);
    expect(look(shell, reads)).toEqual([
      expect.objectContaining({ type: 'folder' }),
      { type: 'file', mode: '0640', owner: expect.any(String), content: Digest.of(LARGE) },
      { type: 'absent' },
      { type: 'link' },
      file(Digest.of('')),
      { type: 'absent' },
    ]);
    expect(outputsOf(shell, reads).bytes).toBeLessThan(2000);
  });

  test('takes names for what they are', () => {
    const names = ["it's", '$HOME `x`', ' <==', '-n', '*', 'a\\nb', 'a\n\nb', 'c\rd', '  -'];
    for (const name of names) writeFileSync(at(name), name);
    const digests = hashesOf(names).map((read, index) =>
      file('isHashed' in read ? Digest.of(`${names[index]}`) : `${names[index]}`),
    );
    expect(look(shell, hashesOf(names))).toEqual(digests);
  });

  test('tells one file both ways where both are asked', () => {
    for (const name of ['a', 'b']) writeFileSync(at(name), name);
    const reads = [hashedFileAt(at('a')), fileAt(at('a')), fileAt(at('b')), hashedFileAt(at('b'))];
    expect(look(shell, reads)).toEqual([
      file(Digest.of('a')),
      file('a'),
      file('b'),
      file(Digest.of('b')),
    ]);
  });

  test('is the same as long as nothing of it has changed', () => {
    const names = Array.from({ length: 101 }, (_, index) => `f${index}`);
    for (const name of names) writeFileSync(at(name), name);
    mkdirSync(at('folder'));
    symlinkSync('f1', at('link'));
    const reads = [...hashesOf(['none', ...names, 'link', 'folder']), fileAt(at('f1'))];
    const isSame = (change: () => void) => {
      const { outputs } = outputsOf(shell, reads);
      const answered = reads.map((read, index) => ({ read, answer: outputs[index] as never }));
      change();
      return runShell(shell, sameAnswers(answered, 'an0ther')).status === 0;
    };
    expect(isSame(() => {})).toBe(true);
    const changes: readonly (() => void)[] = [
      () => writeFileSync(at('f100'), 'F100'),
      () => chmodSync(at('f7'), 0o600),
      () => writeFileSync(at('none'), ''),
      () => rmSync(at('link')),
    ];
    for (const change of changes) expect(isSame(change)).toBe(false);
  });

  test('is three processes for all files', { skip: noStrace }, () => {
    const names = Array.from({ length: 20 }, (_, index) => `f${index}`);
    for (const name of names) writeFileSync(at(name), name);
    // The third is the shell that it is asked in.
    expect(countProcesses(shell, joinReads(hashesOf([...names, 'none']), MARK))).toBe(3);
  });

  test('fails for what cannot be read, and for nothing else', () => {
    const unread = join('/proc', `${process.pid}`, 'mem');
    for (const name of ['a', 'z']) writeFileSync(at(name), name);
    const reads = [hashedFileAt(at('a')), hashedFileAt(unread), hashedFileAt(at('z'))];
    const [a, failed, z] = look(shell, reads);
    expect([a, z]).toEqual([file(Digest.of('a')), file(Digest.of('z'))]);
    expect(failed).toContain(unread);
  });
});

const NOBODY = 65_534;

/** busybox runs its own programs, not what the test has put there. */
test.skipIf(process.getuid?.() !== 0).for(SHELLS.filter(([name]) => name !== 'busybox'))(
  'a look at hashes under %s waits for no FIFO that another user puts there after the look',
  ([, shell]) => {
    const path = at('his/file');
    for (const folder of ['his', 'bin']) mkdirSync(at(folder));
    writeFileSync(path, 'a');
    chownSync(at('his'), NOBODY, NOBODY);
    const stub = `rm ${path}; mkfifo ${path}; shift; exec /usr/bin/timeout 0.1 "$@"`;
    writeFileSync(at('bin/timeout'), `#!/bin/sh\n${stub}\n`, { mode: 0o755 });
    const reads = [hashedFileAt(path)];
    const script = `PATH=${at('bin')}:$PATH\n${joinReads(reads, MARK)}`;
    const [output] = splitAnswers(runShell(shell, script), MARK, reads);
    expect(output).toMatchObject({ status: 1, stderr: `cannot read ${path}\n` });
  },
);
