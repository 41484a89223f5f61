import { expect, test } from 'vitest';
import { complaintOf } from './scope.ts';

test.for([
  "{{ ('a' * 40) | regex_search('(a+)+$b') }}",
  "{{ ('a' * 40) | regex_search('(a|a)*b') }}",
  "{{ ('a' * 40) | regex_search('(a|aa)+b') }}",
  "{{ ('a' * 3000) | regex_search('a*a*a*a*b') }}",
  "{{ ('a' * 100000) | regex_search('(a)*b') }}",
  "{{ ('ab' * 100000) | regex_replace('(?:ab)+$', 'x') }}",
  "{{ ('x' * 600000) | regex_findall('y') }}",
  `{{ 'a' | regex_search('${'('.repeat(400)}a${')'.repeat(400)}') }}`,
  `{{ 'a' | regex_search('${'a'.repeat(2000)}') }}`,
  "{{ 'a' | regex_search('a{100000}') }}",
  "{{ ('a' * 1000) | regex_replace('a', 'b' * 100000) }}",
])('a pattern that takes too long, or too much, is refused: %s', (expression) => {
  expect(complaintOf(expression).slice(0, 100)).toMatch(/^(?:A|The) .* (?:too|wrong)/);
});

test('what a pattern may not have is refused by name', () => {
  const patterns = [
    '(?i)a',
    '(?<=a)b',
    '(a)\\1',
    '\\N{BULLET}',
    'a++',
    '*',
    '(a',
    'a)',
    '[a',
    '[z-a]',
    'a{3,1}',
    '(?P<a>x)(?P<a>y)',
    '^*',
  ];
  const complaints = patterns.map((pattern) => [
    pattern,
    complaintOf(`{{ 'abc' | regex_search('${pattern}') }}`),
  ]);
  expect(Object.fromEntries(complaints)).toMatchInlineSnapshot(`
    {
      "(?<=a)b": "(?…) in a regular expression is not supported. Write it with plain characters, classes, groups and repetitions.",
      "(?P<a>x)(?P<a>y)": "A regular expression is wrong. A name of a group is wrong.",
      "(?i)a": "(?…) in a regular expression is not supported. Write it with plain characters, classes, groups and repetitions.",
      "(a": "A regular expression is wrong. A group has no end.",
      "(a)\\1": "\\1 in a regular expression is not supported. Write it with plain characters, classes, groups and repetitions.",
      "*": "A regular expression is wrong. A * repeats nothing.",
      "[a": "A regular expression is wrong. It ends too early.",
      "[z-a]": "A regular expression is wrong. A range is the wrong way round.",
      "\\N{BULLET}": "\\N in a regular expression is not supported. Write it with plain characters, classes, groups and repetitions.",
      "^*": "A repeated position in a regular expression is not supported. Write it with plain characters, classes, groups and repetitions.",
      "a)": "A regular expression is wrong. A ) closes no group.",
      "a++": "A regular expression is wrong. A repetition is repeated.",
      "a{3,1}": "A regular expression is wrong. A repetition has bounds that are out of order or too large.",
    }
  `);
});
