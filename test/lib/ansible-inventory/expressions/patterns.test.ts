import { expect, test } from 'vitest';
import { complaintOf } from './scope.ts';

test.for([
  "{{ ('a' * 40) | regex_search('(a+)+$b') }}",
  "{{ ('a' * 40) | regex_search('(a|a)*b') }}",
  "{{ ('x' * 200000) | regex_findall('x') }}",
  "{{ ('a' * 1000) | regex_replace('a', 'b' * 100000) }}",
])('a pattern that takes too long, or gives too much, is refused: %s', (expression) => {
  expect(complaintOf(expression)).toMatch(/^(?:A|The) .* too (?:long|much|large)/);
});

test('what is no pattern, or has no words in JavaScript, is refused', () => {
  const patterns = [
    'a++',
    '*',
    '(a',
    'a)',
    '[a',
    '[z-a]',
    'a{3,1}',
    '(?P<a>x)(?P<a>y)',
    '^*',
    '(?>a)',
    '\\N{BULLET}',
    '[\\W]',
  ];
  const complaints = patterns.map((pattern) => [
    pattern,
    complaintOf(`{{ 'abc' | regex_search('${pattern}') }}`),
  ]);
  const refusals = complaints.filter(([, complaint]) => complaint?.startsWith(NOT_UNDERSTOOD));
  expect(refusals.map(([pattern]) => pattern)).toEqual(patterns);
});

const NOT_UNDERSTOOD = 'A regular expression is not understood. ';

test('groups are there by number and name, and others are refused', () => {
  expect(
    [
      "{{ 'ab' | regex_search('(?P<x>a)(b)?', '\\g<x>', '\\2') }}",
      "{{ 'ab' | regex_replace('(?P<x>a)(b)', '\\2\\g<x>\\n\\-') }}",
      "{{ 'ab' | regex_search('(a)', '\\2') }}",
      "{{ 'ab' | regex_replace('(c)', '\\2') }}",
      "{{ 'ab' | regex_replace('(a)', '\\g<y>') }}",
      "{{ 'ab' | regex_replace('a', '\\q') }}",
      "{{ 'ab' | regex_search('((a)|b)+', '\\2') }}",
      "{{ 'aXb' | regex_replace('(?i)x', '-') }} {{ 'aa' | regex_search('(a)\\1') }}",
    ].map(complaintOf),
  ).toMatchInlineSnapshot(`
    [
      "["a","b"]",
      ""ba\\n\\\\-"",
      "A group of the regular expression is not there. It has 1 groups.",
      "A group of the regular expression is not there. It has 1 groups.",
      "A group of the regular expression is not there. It has 1 groups.",
      "A replacement has an escape that is not supported. Write \\1 or \\g<name>.",
      "A group inside a repeated one took no part at last. Python goes back to when it did: repeat no group that holds another.",
      ""a-b aa"",
    ]
  `);
});
