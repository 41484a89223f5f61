import type { Origin } from '#engine/model/host.ts';
import { Secret } from '#engine/model/secret.ts';

/** What one scalar of a file means. Whole numbers beyond 2^53 are bigint, to stay exact. */
export type Plain = string | number | bigint | boolean | null;

/** A value of a file, with the place of every part. Parts that aliases repeat are shared. */
export type Tree = Leaf | Mapping | Sequence;

export interface Leaf {
  readonly kind: 'leaf';
  readonly value: Plain | Secret;
  /** To Python a float, such as 1.0; other numbers are whole ones. */
  readonly float?: true;
  /** Of an encrypted file: a text with expressions, of which the secret is to be made. */
  readonly template?: string;
  /** `!unsafe`: braces in it are text, and no expression. */
  readonly unsafe?: true;
  /** Of a secret that is encrypted inline: the text of the file. */
  readonly vault?: string;
  /** Where each `{{`, `{%` and `{#` of the text stands in the file. */
  readonly openers?: readonly Origin[];
  readonly origin: Origin;
  readonly size: 1;
}

export interface Mapping {
  readonly kind: 'mapping';
  /** By the key's text: a number or boolean as JSON would write it. */
  readonly entries: ReadonlyMap<string, Entry>;
  readonly origin: Origin;
  /** How many values this is, with aliases written out. */
  readonly size: number;
}

interface Sequence {
  readonly kind: 'sequence';
  readonly items: readonly Tree[];
  readonly origin: Origin;
  readonly size: number;
}

/** A key of a mapping: what it means, and where it stands. */
export interface Entry {
  readonly key: Plain;
  readonly origin: Origin;
  readonly tree: Tree;
  /** For a variable: what the same place had set it to before. */
  readonly hides?: Entry;
}

export function isNull(tree: Tree): boolean {
  return tree.kind === 'leaf' && tree.value === null;
}

export function describe(tree: Tree): string {
  if (tree.kind !== 'leaf') return tree.kind === 'mapping' ? 'a mapping' : 'a list';
  if (tree.value === null) return 'nothing';
  if (tree.value instanceof Secret) return 'a secret';
  return typeof tree.value === 'string' ? 'a text' : `a ${nameOfType(tree.value)}`;
}

function nameOfType(value: number | bigint | boolean): string {
  return typeof value === 'boolean' ? 'boolean' : 'number';
}

/** The size of a collection of these. */
export function sizeOf(trees: readonly Tree[]): number {
  return trees.reduce((sum, { size }) => sum + size, 1);
}

/** By tree, which does not change: hosts share it. */
const plains = new WeakMap<Tree, unknown>();

/** The value as plain data, frozen: hosts that share a variable share it. */
export function plainOf(tree: Tree): unknown {
  if (tree.kind === 'leaf') return tree.value;
  const known = plains.get(tree);
  if (known !== undefined) return known;
  const plain = Object.freeze(
    tree.kind === 'sequence'
      ? tree.items.map(plainOf)
      : Object.fromEntries([...tree.entries].map(([name, entry]) => [name, plainOf(entry.tree)])),
  );
  plains.set(tree, plain);
  return plain;
}

/** The place of a part; the nearest parent's place for a part that is missing. */
export function originAt(tree: Tree, path: readonly PropertyKey[]): Origin {
  const [step, ...rest] = path;
  const child = step === undefined ? undefined : childOf(tree, step);
  return child === undefined ? tree.origin : originAt(child, rest);
}

function childOf(tree: Tree, step: PropertyKey): Tree | undefined {
  if (tree.kind === 'mapping') return tree.entries.get(String(step))?.tree;
  return tree.kind === 'sequence' ? tree.items[Number(step)] : undefined;
}

/** Every leaf below, each shared one once. */
export function* leavesOf(tree: Tree, seen: Set<Tree> = new Set()): Iterable<Leaf> {
  if (seen.has(tree)) return;
  seen.add(tree);
  if (tree.kind === 'leaf') yield tree;
  else if (tree.kind === 'sequence') for (const item of tree.items) yield* leavesOf(item, seen);
  else for (const { tree: child } of tree.entries.values()) yield* leavesOf(child, seen);
}

/** The same, with every text below taken as it is. */
export function markUnsafe(tree: Tree): Tree {
  if (tree.kind !== 'leaf') return withParts(tree, markUnsafe);
  const { template: _, ...leaf } = tree;
  return typeof leaf.value === 'string' ? { ...leaf, unsafe: true } : leaf;
}

/** The same collection with other values in it. */
export function withParts(
  tree: Mapping | Sequence,
  change: (part: Tree, name: string) => Tree,
): Mapping | Sequence {
  if (tree.kind === 'sequence') {
    const items = tree.items.map((item, index) => change(item, String(index)));
    return { ...tree, items, size: sizeOf(items) };
  }
  const entries = [...tree.entries].map(([name, entry]): [string, Entry] => [
    name,
    { ...entry, tree: change(entry.tree, name) },
  ]);
  const size = sizeOf(entries.map(([, entry]) => entry.tree));
  return { ...tree, entries: new Map(entries), size };
}

/** A value without parts. */
export function leafOf(value: Leaf['value'], origin: Origin): Leaf {
  return { kind: 'leaf', value, origin, size: 1 };
}

/** A mapping that no file has written, all of it at one place. */
export function mapping(trees: readonly (readonly [string, Tree])[], origin: Origin): Mapping {
  const entries = trees.map(([key, tree]): [string, Entry] => [key, { key, origin, tree }]);
  const size = trees.reduce((sum, [, tree]) => sum + tree.size, 1);
  return { kind: 'mapping', entries: new Map(entries), origin, size };
}

/** Names without anything below them. */
export function namesTree(names: readonly string[], origin: Origin): Mapping {
  return mapping(
    names.map((name) => [name, leafOf(null, origin)]),
    origin,
  );
}

/**
 * Adds what a `<<` brings, as PyYAML does: of a list the first mapping wins, of several `<<` the
 * last. False when the value is neither a mapping nor a list of mappings.
 */
export function mergedInto(entries: Map<string, Entry>, value: Tree): boolean {
  const sources = value.kind === 'sequence' ? value.items.toReversed() : [value];
  const mappings = sources.filter((source): source is Mapping => source.kind === 'mapping');
  for (const mapping of mappings) {
    for (const [name, entry] of mapping.entries) entries.set(name, entry);
  }
  return mappings.length === sources.length;
}
