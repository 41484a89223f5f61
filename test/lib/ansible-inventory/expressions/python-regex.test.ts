import { expect, test } from 'vitest';
import { findIn, pythonRegex } from '#lib/ansible-inventory/expressions/python-regex.ts';

// What Python 3.11's re.match finds.
test.for([
  [String.raw`web\d`, 'web1 web2x', 'web xweb1'],
  [String.raw`\w+-\w`, 'é-1', '-a'],
  [String.raw`[\w-]+$`, 'a-b', 'a.b'],
  ['[]a]+$', ']a', 'b'],
  ['[^]a]', 'b', 'a ]'],
  ['(?i)WEB', 'web', 'wob'],
  [String.raw`(?P<x>\d)(?P=x)`, '11', '12'],
  [String.raw`(a|b)\1`, 'aa', 'ab'],
  ['o{,2}$', 'o oo', 'ooo'],
  [String.raw`a\-b\.c\Z`, 'a-b.c', 'a-bxc'],
  ['(?:a|b)(?!c)(?=d)', 'ad', 'ac'],
  ['a]}', 'a]}', 'a'],
  ['a{x}{}', 'a{x}{}', 'ax'],
  [String.raw`\bé.`, 'éa', 'e'],
  ['a$', 'a a\n', 'ab a\n\n'],
  [String.raw`a\Z`, 'a', 'a\n'],
  [String.raw`(?m)a$\n^b`, 'a\nb', 'a'],
  ['a.b', 'a\rb', 'a\nb'],
  ['(?s)a.b', 'a\nb', 'a'],
  [String.raw`[\s]\S`, '\x1fa', '\ufeffa'],
] as const)('%s', ([source, yes, no]) => {
  const expression = pythonRegex(source) ?? expect.unreachable();
  const fits = (texts: string) =>
    findIn(texts.split(' '), expression, 1)?.map(([match]) => match?.index === 0);
  expect(fits(yes)).not.toContain(false);
  expect(fits(no)).not.toContain(true);
});

test('letters fit in either case where that is asked for', () => {
  const expression = pythonRegex('ä(b)', { ignoreCase: true }) ?? expect.unreachable();
  expect(findIn(['xÄB', ''], expression, 2)?.map((found) => found.map(([all]) => all))).toEqual([
    ['ÄB'],
    [],
  ]);
});

test.for([
  '(',
  'a++',
  '(?>a)',
  '(?#x)a',
  String.raw`\x61`,
  String.raw`[\W]`,
  '*',
  '[',
  'a{1',
  'a{2,1}',
  '(?a)b',
])('%s is not understood', (source) => {
  expect(pythonRegex(source)).toBeUndefined();
});
