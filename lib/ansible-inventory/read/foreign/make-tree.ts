import type { Origin } from '#engine/model/host.ts';
import type { Entry, Leaf, Mapping, Tree } from '../tree.ts';

/** A mapping that no file has written, all of it at one place. */
export function mapping(trees: readonly (readonly [string, Tree])[], origin: Origin): Mapping {
  const entries = trees.map(([key, tree]): [string, Entry] => [key, { key, origin, tree }]);
  const size = trees.reduce((sum, [, tree]) => sum + tree.size, 1);
  return { kind: 'mapping', entries: new Map(entries), origin, size };
}

export function nothing(origin: Origin): Leaf {
  return { kind: 'leaf', value: null, origin, size: 1 };
}

/** Names without anything below them. */
export function namesTree(names: readonly string[], origin: Origin): Mapping {
  return mapping(
    names.map((name) => [name, nothing(origin)]),
    origin,
  );
}
