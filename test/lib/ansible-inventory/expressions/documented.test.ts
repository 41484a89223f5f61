import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FILTERS } from '#lib/ansible-inventory/expressions/calls.ts';
import { TESTS } from '#lib/ansible-inventory/expressions/tests.ts';
import { Unresolved } from '#lib/ansible-inventory/problems.ts';
import { plainOf } from '#lib/ansible-inventory/read/tree.ts';
import { scopeOf } from './scope.ts';

const page = readFileSync('docs/expressions.md', 'utf8');
const list = page.slice(0, page.indexOf('Examples'));
const examples = [...page.matchAll(/^(\{\{ .* \}\}) {2,}(.*)$/gm)].map(([, ...parts]) => parts);

function resultOf(expression: string): string {
  const variables = `name: node1.example.org
ports: [80, 443]
nodes: [{name: a, rank: 2}, {name: b, rank: 1}]
`;
  try {
    return JSON.stringify(
      plainOf(scopeOf(`${variables}value: ${JSON.stringify(expression)}\n`).tree('value')),
    );
  } catch (error) {
    if (error instanceof Unresolved) return `✖ ${error.message}`;
    throw error;
  }
}

test('the examples of docs/expressions.md come out as it says', () => {
  const results = examples.map(([expression = '']) => [expression, resultOf(expression)]);
  expect(Object.fromEntries(results)).toEqual(Object.fromEntries(examples));
});

test('docs/expressions.md lists every filter and test, and has an example of every filter', () => {
  const words = new Set(list.match(/[a-z_0-9]+/g));
  const filters = [...FILTERS.keys()].filter((name) => !name.startsWith('ansible.'));
  expect(filters.filter((name) => !words.has(name))).toEqual([]);
  const comparisons = /^(?:[=!<>]|eq|ne|lt|le|gt|ge|is|less|greater)/;
  const tests = [...TESTS.keys()].filter((name) => !comparisons.test(name));
  expect(tests.filter((name) => !words.has(name))).toEqual([]);
  const shown = new Set(examples.flatMap(([expression = '']) => expression.match(/\w+/g) ?? []));
  expect(filters.filter((name) => !shown.has(name))).toEqual([]);
});
