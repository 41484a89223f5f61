import { expect, test } from 'vitest';
import { pythonRegex } from '#lib/ansible-inventory/expressions/python-regex.ts';

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
] as const)('%s', ([source, yes, no]) => {
  const expression = pythonRegex(source);
  expect(yes.split(' ').map((text) => expression?.test(text))).not.toContain(false);
  expect(no.split(' ').map((text) => expression?.test(text))).not.toContain(true);
  expect(expression).toBeDefined();
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
  'a{2,1}',
  '(?a)b',
])('%s is not understood', (source) => {
  expect(pythonRegex(source)).toBeUndefined();
});
