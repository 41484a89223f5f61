import type { Variable } from '#engine/model/host.ts';
import { type Entry, originAt, plainOf } from '../read/tree.ts';

/** A variable as hosts hold it: plain data, with the places of its parts. */
export function variableOf(written: Entry, resolved: Entry): Variable {
  return {
    get value() {
      return plainOf(resolved.tree);
    },
    get written() {
      return plainOf(written.tree);
    },
    origin: written.origin,
    originOf: (path) => originAt(resolved.tree, path),
  };
}
