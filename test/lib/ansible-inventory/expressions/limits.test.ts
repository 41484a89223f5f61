import { expect, test } from 'vitest';
import { Unresolved } from '#lib/ansible-inventory/problems.ts';
import { complaintOf, scopeOf } from './scope.ts';

test.for([
  ['text repeated', "{{ 'a' * 10**9 }}"],
  ['lists repeated', '{{ [1] * 10**8 }}'],
  ['powers', '{{ 9 ** 99999999 }}'],
  ['powers of powers', '{{ (10 ** 1000) ** 1000 }}'],
  ['widths', "{{ '%999999999d' % 1 }}"],
  ['replacements', "{{ ('x' * 100000) | replace('x', 'y' * 100000) }}"],
  ['separators', "{{ (l * 1000) | join('x' * 100000) }}"],
  ['parentheses', `{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`],
  ['lists', `{{ ${'['.repeat(5000)}${']'.repeat(5000)} }}`],
  ['lists in a text', `{{ '${'['.repeat(5000)}${']'.repeat(5000)}' }}`],
  ['negations', `{{ ${'not '.repeat(5000)}1 }}`],
  ['signs', `{{ ${'-'.repeat(5000)}1 }}`],
  ['sums', `{{ 1${' + 1'.repeat(20_000)} }}`],
  ['filters', `{{ 1${' | int'.repeat(5000)} }}`],
  ['attributes', `{{ a${'.b'.repeat(20_000)} }}`],
  ['conditions', `{{ 1${' if 1 else 2'.repeat(3000)} }}`],
  ['digits', `{{ ${'9'.repeat(200_000)} }}`],
  ['characters', `${'x'.repeat(300_000)}{{ 1 }}`],
  ['maps', `{{ l${"|map('map', 'map')".repeat(1000)} }}`],
  ['openers', '{{'.repeat(50_000)],
  ['comments', '{#'.repeat(50_000)],
  ['comparisons', '{{ (l * 20000) | select("in", [3] * 20000) | list }}'],
] as const)('too many %s are refused at once', ([, expression]) => {
  expect(complaintOf(expression).slice(0, 100)).toMatch(/^(?:A|The) .*(?:too|no end)/);
});

test('texts that are long at their ends take no long', () => {
  const newlines = complaintOf(`a${'\n'.repeat(200_000)}{{- l[0] }}b`);
  const slashes = complaintOf("{{ ('/' * 500000 ~ 'a/b') | dirname | length }}");
  expect([newlines, slashes]).toEqual(['"a1b"', '"500001"']);
});

test('variables that double each other are refused', () => {
  const rows = (value: (name: string) => string) =>
    Array.from({ length: 60 }, (_, index) => `v${index + 1}: ${value(`v${index}`)}`).join('\n');
  const texts = `v0: laugh\n${rows((name) => `"{{ ${name} }}{{ ${name} }}"`)}\n`;
  const lists = `v0: [laugh]\n${rows((name) => `["{{ ${name} }}", "{{ ${name} }}"]`)}\n`;
  for (const text of [texts, lists]) {
    expect(() => scopeOf(text).tree('v60')).toThrow('The result of the expression is too large');
  }
});

test('a long chain of variables is refused, a short one is not', () => {
  const chain = Array.from({ length: 1000 }, (_, index) => `v${index + 1}: "{{ v${index} }}"`);
  const scope = scopeOf(`v0: end\n${chain.join('\n')}\n`);
  expect(scope.tree('v100')).toMatchObject({ value: 'end' });
  expect(() => scopeOf(`v0: end\n${chain.join('\n')}\n`).tree('v1000')).toThrow(Unresolved);
});
