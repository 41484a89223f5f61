import type { Tree } from '../read/tree.ts';

/** What Python's `int()` makes of a group's priority; undefined for what it refuses. */
export function priorityOf(tree: Tree): number | undefined {
  if (tree.kind !== 'leaf') return undefined;
  const { value } = tree;
  if (typeof value === 'string')
    return /^\s*[-+]?[0-9]+\s*$/.test(value) ? Number(value) : undefined;
  if (value === null || !Number.isFinite(Number(value))) return undefined;
  return Math.trunc(Number(value));
}
