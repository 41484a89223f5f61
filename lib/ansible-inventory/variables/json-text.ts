import { Secret } from '#engine/model/secret.ts';
import { floatText } from '../expressions/python-text.ts';
import type { Leaf, Tree } from '../read/tree.ts';

/** What JSON can say: an object is a Map, whose order does not matter. */
export type Json = ReadonlyMap<string, Json> | readonly Json[] | Tree | string;

/** The text that Python's json.dumps gives with sorted keys and four blanks of indentation. */
export function jsonText(json: Json, indent = ''): string {
  if (typeof json === 'string') return JSON.stringify(json);
  if (json instanceof Map) return objectText([...json], indent);
  if (isArray(json)) return arrayText(json, indent);
  const tree = json as Tree;
  if (tree.kind === 'leaf') return leafText(tree, indent);
  if (tree.kind === 'sequence') return arrayText(tree.items, indent);
  return objectText(
    [...tree.entries].map(([name, entry]) => [name, entry.tree]),
    indent,
  );
}

function isArray(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

function objectText(entries: readonly (readonly [string, Json])[], indent: string): string {
  if (entries.length === 0) return '{}';
  const inner = `${indent}    `;
  const lines = entries
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, json]) => `${inner}${JSON.stringify(name)}: ${jsonText(json, inner)}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function arrayText(items: readonly Json[], indent: string): string {
  if (items.length === 0) return '[]';
  const inner = `${indent}    `;
  return `[\n${items.map((item) => inner + jsonText(item, inner)).join(',\n')}\n${indent}]`;
}

function leafText({ value, float, unsafe, vault }: Leaf, indent: string): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return float ? numberText(value) : String(value);
  // What only Ansible's own key opens may be shown; what was opened is dots.
  if (vault !== undefined) return marked('__ansible_vault', vault, indent);
  if (value instanceof Secret) return JSON.stringify(value);
  return unsafe && typeof value === 'string'
    ? marked('__ansible_unsafe', value, indent)
    : JSON.stringify(value);
}

function marked(name: string, text: string, indent: string): string {
  return objectText([[name, text]], indent);
}

/** What JSON has no word for is a number too large for any reader, or null. */
function numberText(value: number): string {
  if (Number.isNaN(value)) return 'null';
  if (!Number.isFinite(value)) return value < 0 ? '-1e999' : '1e999';
  return floatText(value);
}
