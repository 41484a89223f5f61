import type { Variable } from '#engine/model/host.ts';
import { type Entry, originAt, plainOf } from './tree.ts';

/** A variable as hosts hold it: plain data, with the places of its parts. */
export function variableOf({ origin, tree }: Entry): Variable {
  return {
    value: plainOf(tree),
    origin,
    originOf: (path) => originAt(tree, path),
  };
}
