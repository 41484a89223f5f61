import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Digest } from '#engine/model/state.ts';
import { fileAt } from '#engine/reads/file.ts';
import { joinReads, splitAnswers } from '#engine/shell/batch.ts';
import { lookScript, splitLook } from '#engine/shell/look.ts';
import { sameAnswers } from '#engine/shell/same-answers.ts';
import { countProcesses, noStrace } from './count-processes.ts';
import { runShell, SHELLS } from './shells.ts';

const MARK = 'm4rk';
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rota-look-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const at = (name: string) => join(root, name);
const readsOf = (names: readonly string[]) => names.map((name) => fileAt(at(name)));

function look(shell: readonly string[], names: readonly string[]) {
  const reads = readsOf(names);
  const outputs = splitAnswers(runShell(shell, joinReads(reads, MARK)), MARK, reads);
  return outputs.map((output, index) =>
    output.status === 0 ? reads[index]?.parse(output) : output.stderr.trim(),
  );
}

/** Whether what was answered is answered again, once `meanwhile` has been done. */
function isSame(shell: readonly string[], names: readonly string[], meanwhile: () => void) {
  const reads = readsOf(names);
  const outputs = splitAnswers(runShell(shell, joinReads(reads, MARK)), MARK, reads);
  meanwhile();
  const answered = reads.map((read, index) => ({ read, answer: outputs[index] as never }));
  return runShell(shell, sameAnswers(answered, 'an0ther')).status === 0;
}

const file = (content: string | Digest) => expect.objectContaining({ type: 'file', content });

describe.for(SHELLS)('a look at many paths under %s', ([, shell]) => {
  test('takes contents for what they are, whatever they are made to look like', () => {
    const fake = `\n==> ${at('b')} <==\nfake\n81a4 root:root ${at('b')}\nabsent ${at('b')}\n`;
    writeFileSync(at('a'), fake);
    writeFileSync(at('b'), 'true\0');
    writeFileSync(at('c'), '');
    expect(look(shell, ['a', 'b', 'c'])).toEqual([file(fake), file(Digest.of('true\0')), file('')]);
  });

  test('takes names for what they are', () => {
    const names = ["it's", '$HOME `x`', 'a\n\nb', ' <==', '-n', '*'];
    for (const name of names) writeFileSync(at(name), name);
    expect(look(shell, names)).toEqual(names.map(file));
  });

  test('tells each kind of thing in one answer, in the order of the questions', () => {
    mkdirSync(at('folder'));
    symlinkSync('to\nnowhere', at('link'));
    execFileSync('mkfifo', [at('fifo')]);
    for (const name of ['first', 'last']) writeFileSync(at(name), name);
    const names = ['last', 'none/at/all', 'link', 'fifo', 'folder', 'first', 'folder/none'];
    expect(look(shell, names)).toEqual([
      file('last'),
      { type: 'absent' },
      { type: 'link', target: 'to\nnowhere' },
      { type: 'other' },
      expect.objectContaining({ type: 'folder' }),
      file('first'),
      { type: 'absent' },
    ]);
  });

  test('is the same as long as nothing of it has changed', () => {
    const names = ['a', 'none', 'folder', 'link', 'z'];
    mkdirSync(at('folder'));
    symlinkSync('a', at('link'));
    for (const name of ['a', 'z']) writeFileSync(at(name), `${name}\n`);
    expect(isSame(shell, names, () => {})).toBe(true);
    const changes: readonly (() => void)[] = [
      () => writeFileSync(at('a'), 'b\n'),
      () => chmodSync(at('z'), 0o600),
      () => writeFileSync(at('none'), ''),
      () => rmSync(at('folder'), { recursive: true }),
    ];
    for (const change of changes) expect(isSame(shell, names, change)).toBe(false);
  });

  test('is one command for all that is there, and one for all contents', { skip: noStrace }, () => {
    const names = Array.from({ length: 20 }, (_, index) => `f${index}`);
    for (const name of names) writeFileSync(at(name), name);
    mkdirSync(at('folder'));
    const reads = readsOf([...names, 'folder', 'none']);
    expect(countProcesses(shell, joinReads(reads, MARK))).toBe(2);
  });

  test('fails for what cannot be read to its end, and for nothing else', () => {
    const unread = join('/proc', `${process.pid}`, 'mem');
    for (const name of ['a', 'z']) writeFileSync(at(name), name);
    const [a, failed, z] = look(shell, ['a', relative(root, unread), 'z']);
    expect([a, z]).toEqual([file('a'), file('z')]);
    expect(failed).toContain(`cannot read ${unread}`);
  });

  test('is these two once for each hundred paths, in time linear to them', {
    skip: noStrace,
  }, () => {
    const names = Array.from({ length: 201 }, (_, index) => `f${index}`);
    for (const name of names) writeFileSync(at(name), name);
    expect(look(shell, names)).toEqual(names.map(file));
    expect(isSame(shell, ['none', ...names], () => {})).toBe(true);
    expect(countProcesses(shell, joinReads(readsOf(names), MARK))).toBe(6);
  });

  test('fails for what cannot be seen, and for nothing else', {
    skip: process.getuid?.() !== 0,
  }, () => {
    const NOBODY = 65_534;
    chownSync(root, NOBODY, NOBODY);
    for (const name of ['mine', 'hidden']) writeFileSync(at(name), name);
    chmodSync(at('hidden'), 0);
    mkdirSync(at('closed'), { mode: 0 });
    const asNobody = [
      'setpriv',
      `--reuid=${NOBODY}`,
      `--regid=${NOBODY}`,
      '--clear-groups',
      ...shell,
    ];
    const [mine, hidden, none] = look(asNobody, ['mine', 'hidden', 'closed/none']);
    expect(mine).toEqual(file('mine'));
    expect(hidden).toContain(`no permission to look into ${at('closed')}`);
    expect(hidden).toContain('hidden');
    expect(none).toBe(hidden);
    expect(readdirSync(root).length).toBe(3);
  });
});

describe.for(SHELLS)('a path below what is no folder, under %s,', ([, shell]) => {
  test('is told from one that may not be looked at, and from one that is absent', () => {
    writeFileSync(at('file'), '');
    writeFileSync(at('program'), '', { mode: 0o755 });
    symlinkSync('file', at('link'));
    const names = ['file/a/b', 'program/a', 'link/a'];
    const below = names.map((name) => look(shell, [name])[0]);
    expect(below).toEqual([
      `${at('file')} is no folder: there can be no ${at('file/a/b')}`,
      `${at('program')} is no folder: there can be no ${at('program/a')}`,
      `${at('link')} is no folder: there can be no ${at('link/a')}`,
    ]);
  });
});

test('a content that was made of what other users see of a look is no answer for another path', () => {
  // All of the script: it comes in words of a command.
  const [, ...spellings] = /root=([^;]+); again=(\S+)/.exec(lookScript(['/a', '/b'], MARK)) ?? [];
  const [first = '', again = ''] = spellings;
  const headers = (path: string, spelling: string) =>
    ['/dev/null', path].map((one) => `\n==> ${spelling}${one} <==\n`).join('');
  const lines = ['/a', '/b'].map((path) => `81a4 root:root ${first}${path}\n`).join('');
  const contentsBy = (spelling: string, content: string) =>
    `${headers('/a', spelling)}${content}${headers('/b', spelling)}true`;
  const told = (content: string, status = 0) => {
    const more = status === 0 ? '' : contentsBy(again, content);
    const stdout = `${lines}${contentsBy(first, content)}${more}`;
    const output = { status, bytes: Buffer.from(stdout), stdout, stderr: '' };
    return [...splitLook(output, ['/a', '/b'], MARK).values()].map(({ stdout }) => stdout);
  };
  const fakes = spellings.map((spelling) => headers('/b', spelling));
  for (const status of [0, 1])
    expect(told('a', status)).toEqual(['81a4 root:root\na', '81a4 root:root\ntrue']);
  for (const [fake, status] of [
    [`a${fakes[0]}false`, 0],
    [`a${fakes[0]}false${fakes[1]}`, 0],
    [`a${fakes[1]}false`, 1],
    [`a${fakes[0]}false${fakes[1]}`, 1],
  ] as const)
    expect(() => told(fake, status)).toThrow('The host gave an answer that makes no sense');
});
