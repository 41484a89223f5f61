import { expect, test } from 'vitest';
import { Secret } from '#engine/model/secret.ts';
import type { Plain } from '#lib/ansible-inventory/read/tree.ts';
import { type Json, jsonText } from '#lib/ansible-inventory/variables/json-text.ts';
import { treeJson } from '#lib/ansible-inventory/written-inventory.ts';

const origin = { file: 'x', line: 1, column: 1 };

function float(value: number): string {
  return jsonText(treeJson({ kind: 'leaf', value, float: true, origin, size: 1 }), {});
}

function leaf(value: Plain | Secret): string {
  return jsonText(treeJson({ kind: 'leaf', value, origin, size: 1 }), {});
}

test('floats are written as Python writes them', () => {
  const written = {
    '1.0': 1,
    '-0.0': -0,
    '0.0001': 1e-4,
    '1e-05': 1e-5,
    '-2.5e-07': -2.5e-7,
    '12345.678': 12345.678,
    '1000000000000000.0': 1e15,
    '1e+16': 1e16,
    '1.2345678901234568e+17': 123456789012345680,
    '5e-324': 5e-324,
    '1e999': Infinity,
    '-1e999': -Infinity,
    null: Number.NaN,
  };
  expect(Object.values(written).map(float)).toEqual(Object.keys(written));
});

test('whole numbers stay whole and exact, and secrets stay dots', () => {
  expect([3, 2n ** 70n, 'a"\n', null, true, new Secret('x')].map(leaf)).toEqual([
    '3',
    '1180591620717411303424',
    '"a\\"\\n"',
    'null',
    'true',
    '"••••••"',
  ]);
});

test('keys are sorted, and what is empty takes no lines', () => {
  const json = new Map<string, Json>([
    ['b', []],
    ['a', new Map()],
    ['10', ['x']],
    ['9', 'y'],
  ]);
  expect(jsonText(json, { indent: 4, sortKeys: true })).toMatchInlineSnapshot(`
    "{
        "10": [
            "x"
        ],
        "9": "y",
        "a": {},
        "b": []
    }"
  `);
});
