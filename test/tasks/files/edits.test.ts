import { expect, test } from 'vitest';
import { edited, type OpenedEdit } from '#tasks/files/edits.ts';
import { inFile } from '#tasks/files/in-file.ts';

const INI = 'top = 1\n\n[a]\nx = 1\n; x = 2\n\n[b]\nx=3\n';

test.for<readonly [string, string, OpenedEdit, string]>([
  ['a line comes to the end', 'a\nb', { line: 'c' }, 'a\nb\nc\n'],
  [
    'a section is the one of its name, whatever blanks follow it',
    '[a] \t\nx=1\n',
    { key: 'x', value: '2', section: 'a' },
    '[a] \t\nx=2\n',
  ],
  ['a line that is there stays where it is', 'c\na\n', { line: 'c' }, 'c\na\n'],
  [
    'a line takes the place of the last of its kind',
    'a 1\na 2\n',
    { line: 'a 3', insteadOf: /^a/ },
    'a 1\na 3\n',
  ],
  [
    'a global pattern finds the same each time',
    'a 1\na 2\n',
    { line: 'a 3', insteadOf: /^a/g },
    'a 1\na 3\n',
  ],
  [
    'a block comes to the end',
    'a\n',
    { block: 'x\ny\n', mark: 'm' },
    'a\n# begin m\nx\ny\n# end m\n',
  ],
  [
    'a block takes the place of its older self',
    '# begin m\nold\n# end m\nb\n',
    { block: 'x', mark: 'm' },
    '# begin m\nx\n# end m\nb\n',
  ],
  [
    'an empty block takes its marks along',
    'a\n; begin m\nold\n; end m\n',
    { block: '', mark: 'm', comment: ';' },
    'a\n',
  ],
  ['an empty block that is not there changes nothing', 'a\n', { block: '', mark: 'm' }, 'a\n'],
  [
    'a mark without its end begins no block',
    '# begin m\na\n',
    { block: 'x', mark: 'm' },
    '# begin m\na\n# begin m\nx\n# end m\n',
  ],
  [
    'a key gets its value in its section',
    INI,
    { key: 'x', value: '9', section: 'b' },
    INI.replace('x=3', 'x=9'),
  ],
  [
    'a key that is commented out is none',
    INI,
    { key: 'x', value: '9', section: 'a' },
    INI.replace('x = 1', 'x = 9'),
  ],
  [
    'a new key comes behind the others of its section',
    INI,
    { key: 'y', value: '9', section: 'a' },
    INI.replace('; x = 2\n', '; x = 2\ny = 9\n'),
  ],
  [
    'a key without a section comes before all',
    INI,
    { key: 'y', value: '9' },
    INI.replace('top = 1\n', 'top = 1\ny = 9\n'),
  ],
  [
    'a new section comes to the end',
    'x=1\n',
    { key: 'y', value: '9', section: 'c' },
    'x=1\n\n[c]\ny=9\n',
  ],
  ['the first key of a file is written without spaces', '', { key: 'A', value: 'b c' }, 'A=b c\n'],
  [
    'all that a pattern matches is replaced',
    'a1 a2\na3\n',
    { pattern: /a(\d)/, by: 'b$1' },
    'b1 b2\nb3\n',
  ],
])('%s', ([, before, edit, after]) => {
  expect(edited(before, edit)).toBe(after);
  expect(edited(after, edit)).toBe(after);
});

test('what cannot be written is refused when the task is made, all at once', () => {
  const what = [
    { line: 'a\nb' },
    { block: 'x', mark: '' },
    { key: '[x]', value: 'a\nb' },
    { key: 'x', value: 'y', section: 'a]' },
  ];
  expect(() => inFile({ path: '/etc/x', what })).toThrow(
    expect.objectContaining({
      where: 'inFile /etc/x',
      output: [
        'line must be one line',
        'mark must be some text on one line',
        'key must be a name without = on one line',
        'value must be one line',
        'section must be a name without ] on one line',
      ].join('\n'),
    }),
  );
});

test('a line of blanks, as long as a host may make one, is looked through once', () => {
  const text = `a${' '.repeat(300_000)}\n`;
  expect(edited(text, { key: 'x', value: 'y' })).toBe(`${text}x=y\n`);
});
