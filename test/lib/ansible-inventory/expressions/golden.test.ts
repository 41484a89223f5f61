import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { HostScope } from '#lib/ansible-inventory/expressions/host-scope.ts';
import { Unresolved } from '#lib/ansible-inventory/problems.ts';
import { jsonText } from '#lib/ansible-inventory/variables/json-text.ts';
import { treeJson } from '#lib/ansible-inventory/written-inventory.ts';
import { scopeOf } from './scope.ts';

/** Expressions, and what Ansible's Templar (ansible-core 2.14) gives as JSON; null for an error. */
type Golden = readonly (readonly [expression: string, json: string | null])[];

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

function resultOf(scope: HostScope, name: string): string | null {
  try {
    return jsonText(treeJson(scope.tree(name)), { indent: 4, sortKeys: true });
  } catch (error) {
    if (error instanceof Unresolved) return null;
    throw error;
  }
}

test('expressions have the results that Ansible has, or are refused', () => {
  const golden = JSON.parse(read('golden.json')) as Golden;
  // What docs/expressions.md leaves out: Ansible has a result for each.
  const refused = new Set(JSON.parse(read('refused.json')) as readonly string[]);
  const cases = golden.map(([expression], index) => `case${index}: ${JSON.stringify(expression)}`);
  const scope = scopeOf(`${read('variables.yaml')}\n${cases.join('\n')}\n`);
  const results = golden.map(([expression], index) => [
    expression,
    resultOf(scope, `case${index}`),
  ]);
  expect(results).toEqual(
    golden.map(([expression, json]) => [expression, refused.has(expression) ? null : json]),
  );
});
