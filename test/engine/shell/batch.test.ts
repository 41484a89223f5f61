import { describe, expect, test } from 'vitest';
import type { Read } from '#engine/model/read.ts';
import { joinReads, splitAnswers } from '#engine/shell/batch.ts';
import { sameAnswers } from '#engine/shell/same-answers.ts';
import { runShell, SHELLS } from './shells.ts';

const MARK = 'm4rk';
const ANY: Read<unknown> = { key: 'any', script: ':', parse: () => undefined };

function ask(shell: readonly string[], ...scripts: readonly string[]) {
  const reads: readonly Read<unknown>[] = scripts.map((script) => ({
    key: script,
    script,
    parse: ({ stdout }) => stdout,
  }));
  const streams = runShell(shell, joinReads(reads, MARK));
  return splitAnswers(streams, MARK, reads).map(({ status, stdout, stderr }) => ({
    status,
    stdout,
    stderr,
  }));
}

describe.for(SHELLS)('joined reads under %s', ([, shell]) => {
  test('are answered in order, byte for byte, with the status of each', () => {
    expect(ask(shell, 'printf "a\\n\\n"', 'echo oops >&2; exit 3', 'printf end')).toEqual([
      { status: 0, stdout: 'a\n\n', stderr: '' },
      { status: 3, stdout: '', stderr: 'oops\n' },
      { status: 0, stdout: 'end', stderr: '' },
    ]);
  });

  test('cannot swallow the reads after them', () => {
    expect(ask(shell, 'cat', 'echo after').map(({ stdout }) => stdout)).toEqual(['', 'after\n']);
  });

  test('cannot spoil each other by a syntax error, an exit, a variable or a trap', () => {
    const answers = ask(
      shell,
      'if',
      'exit 7',
      'x=1; trap "echo trapped" EXIT',
      'echo "${x-unset}"',
    );
    expect(answers.map(({ stdout }) => stdout)).toEqual(['', '', 'trapped\n', 'unset\n']);
    expect(answers[0]?.status).not.toBe(0);
    expect(answers[1]?.status).toBe(7);
  });

  test('share what is run once before them, and what it sets', () => {
    const shared = ['cat; echo out; echo err >&2; seen=1$seen', 'again=$seen'];
    const reads = ['echo "$seen"', 'echo "$again"; seen=2', 'echo "$seen"'].map((script) => ({
      ...ANY,
      script,
      shared,
    }));
    const answers = splitAnswers(runShell(shell, joinReads(reads, MARK)), MARK, reads);
    expect(answers.map(({ stdout }) => stdout)).toEqual(['1\n', '1\n', '1\n']);
  });

  test('are the same with what they share, whatever that prints, and reads of the shell’s input', () => {
    const read = { ...ANY, script: 'echo "$seen"', shared: ['cat; echo out; seen=1'] };
    const same = (answer: string) =>
      sameAnswers([{ read, answer: { status: 0, bytes: Buffer.from(answer) } }], MARK);
    const script = `${same('1\n')} && echo same\n${same('2\n')} || echo differs\n`;
    expect(runShell(shell, script).stdout.toString()).toBe('same\ndiffers\n');
  });

  test('keep bytes that are no UTF-8', () => {
    const reads = [{ key: 'k', script: "printf '\\377\\0x'", parse: () => undefined }];
    const streams = runShell(shell, joinReads(reads, MARK));
    expect(splitAnswers(streams, MARK, reads)[0]?.bytes).toEqual(Buffer.from([0xff, 0, 0x78]));
  });
});

test('what a login script prints before the first answer is left out', () => {
  const streams = {
    stdout: Buffer.from(`Welcome!\n\n${MARK} start\nanswer\n${MARK} 0\n`),
    stderr: Buffer.from(`warning\n\n${MARK}\n\n${MARK}\n`),
  };
  expect(splitAnswers(streams, MARK, [ANY])).toEqual([
    { status: 0, bytes: Buffer.from('answer'), stdout: 'answer', stderr: '' },
  ]);
});

test('a wrong number of answers is a failure that says so', () => {
  const streams = { stdout: Buffer.from(`\n${MARK} start\n`), stderr: Buffer.from('sh: gone') };
  expect(() => splitAnswers(streams, MARK, [ANY])).toThrow(
    'The host answered fewer questions than it was asked',
  );
});

test('more answers than questions are no fewer', () => {
  const answers = `\n${MARK} 0\n`.repeat(15);
  const streams = { stdout: Buffer.from(`\n${MARK} start\n${answers}`), stderr: Buffer.of() };
  expect(() => splitAnswers(streams, MARK, [ANY])).toThrow(
    'The host answered more questions than it was asked',
  );
});
