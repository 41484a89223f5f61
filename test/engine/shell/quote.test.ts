import { describe, expect, test } from 'vitest';
import { Failure } from '#engine/model/failure.ts';
import { quote, sh } from '#engine/shell/quote.ts';
import { runShell, SHELLS } from './shells.ts';

const NASTY = [
  '',
  ' ',
  "it's",
  '$(touch /tmp/owned) `id` $HOME ${x}',
  '"; rm -rf / #',
  "\\n\\'",
  'two\nlines\n',
  '-n',
  '~root',
  '*?[a]',
  '!! 🐢 ‮rtl é',
];

describe.for(SHELLS)('under %s', ([, shell]) => {
  test('a quoted value is one word, byte for byte', () => {
    for (const value of NASTY) {
      expect(runShell(shell, sh`printf '%s|' ${value}`).stdout.toString()).toBe(`${value}|`);
    }
  });

  test('a list is its quoted words', () => {
    expect(runShell(shell, sh`printf '%s|' ${NASTY}`).stdout.toString()).toBe(
      `${NASTY.join('|')}|`,
    );
  });
});

test('the script itself is text as TypeScript has it: \\n is a line feed', () => {
  expect(sh`one ${1}\ntwo \${x}`).toBe('one 1\ntwo ${x}');
});

test('a NUL character is refused, since no word can hold it', () => {
  expect(() => quote('a\0b')).toThrow(Failure);
});
