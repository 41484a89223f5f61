import type { Origin } from '#engine/model/host.ts';
import { Secret } from '#engine/model/secret.ts';
import {
  type Entry,
  type Leaf,
  type Plain as LeafValue,
  leafOf,
  sizeOf,
  type Tree,
} from '../read/tree.ts';
import { Flaw } from './flaw.ts';
import {
  type Dict,
  isDict,
  isList,
  type Key,
  Lookup,
  refuseWhole,
  settle,
  Undefined,
  type Value,
  Verbatim,
} from './value.ts';

/** What is shared stays shared on the way to a value and back: written out it may be very large. */
const values = new WeakMap<Tree, Value>();
const trees = new WeakMap<object, Tree>();
/** Their trees, by the place of the expression: hosts share what all of them get from one. */
const placeless = new WeakMap<object, WeakMap<Origin, Tree>>();

/** Marks a list or mapping that no file has: its place is that of the expression that uses it. */
export function markPlaceless<V extends object>(value: V): V {
  placeless.set(value, new WeakMap());
  return value;
}

/** A value of the inventory as expressions see it; secrets in it stay secrets, or are revealed. */
export function valueIn(tree: Tree, revealing: boolean): Value {
  if (tree.kind === 'leaf') return leafValue(tree, revealing);
  const before = revealing ? undefined : values.get(tree);
  if (before !== undefined) return before;
  const inner = (part: Tree) => valueIn(part, revealing);
  const value: Value =
    tree.kind === 'sequence'
      ? tree.items.map(inner)
      : new Map([...tree.entries.values()].map((entry) => [keyIn(entry), inner(entry.tree)]));
  if (!revealing) pair(tree, value);
  return value;
}

function leafValue({ value, float }: Leaf, revealing: boolean): Value {
  if (!(value instanceof Secret)) return float ? value : keyOfPlain(value);
  return revealing ? keyOfPlain(value.revealMeaning()) : value;
}

function keyIn({ key }: Entry): Key {
  return keyOfPlain(key);
}

function keyOfPlain(value: LeafValue): Key {
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
}

function pair(tree: Tree, value: Value): Tree {
  values.set(tree, value);
  if (typeof value === 'object' && value !== null && !placeless.has(value)) trees.set(value, tree);
  return tree;
}

/** A result as a value of the inventory: at the place of its expression, or of what it passes on. */
export function treeOf(value: Value, origin: Origin): Tree {
  if (value instanceof Secret) return leafOf(value, origin);
  if (value instanceof Verbatim) return leafOf(value.text, origin);
  if (value instanceof Undefined) throw value.error;
  if (value instanceof Lookup) refuseWhole(value);
  if (isList(value) || isDict(value)) {
    const placed = placeless.get(value);
    const tree =
      trees.get(value) ?? placed?.get(origin) ?? pair(collectionOf(value, origin), value);
    placed?.set(origin, tree);
    return tree;
  }
  const plain = leafOf(plainKey(value), origin);
  return typeof value === 'number' ? { ...plain, float: true } : plain;
}

function collectionOf(value: readonly Value[] | Dict, origin: Origin): Tree {
  if (isDict(value)) return mapping(value, origin);
  const items = value.map((item) => treeOf(item, origin));
  return { kind: 'sequence', items, origin, size: sizeOf(items) };
}

function mapping(dict: Dict, origin: Origin): Tree {
  const entries = [...dict].map(([key, value]): [string, Entry] => {
    const plain = plainKey(settle(key) as Key);
    return [String(plain), { key: plain, origin, tree: treeOf(value, origin) }];
  });
  const size = sizeOf(entries.map(([, { tree }]) => tree));
  return { kind: 'mapping', entries: new Map(entries), origin, size };
}

function plainKey(key: Key): LeafValue {
  return typeof key === 'bigint' ? exactNumber(key) : key;
}

/** A number that every reader takes for the same. Throws a Flaw for one that some would round. */
export function exactNumber(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new Flaw('A whole number of the result is beyond 2^53', 'Make a text of it: | string.');
}
