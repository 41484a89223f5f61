import { Unresolved } from './expressions/unresolved.ts';
import type { Variables } from './group-table.ts';
import type { Problems } from './problems.ts';
import { type Entry, leavesOf, type Tree } from './tree.ts';

/**
 * The variables of a host with the expressions in their values resolved: each when its tree is
 * first read, which throws Unresolved where an expression has no result.
 */
export function resolveExpressions(merged: Variables): Variables {
  return new Map([...merged].map(([name, entry]) => [name, resolved(entry)]));
}

/** The same, but reading what has no result adds a problem, and gives nothing. */
export function reportUnresolved(variables: Variables, problems: Problems): Variables {
  return new Map([...variables].map(([name, entry]) => [name, reporting(entry, problems)]));
}

function resolved(entry: Entry): Entry {
  for (const { value, unsafe, origin } of leavesOf(entry.tree)) {
    if (typeof value === 'string' && !unsafe && /\{\{|\{%/.test(value)) {
      const fix = 'Write the value out: expressions in {{ }} come in a later version.';
      return lazy(entry, () => {
        throw new Unresolved('Expressions are not supported yet', origin, fix);
      });
    }
  }
  return entry;
}

function reporting(entry: Entry, problems: Problems): Entry {
  return lazy(entry, () => {
    try {
      return entry.tree;
    } catch (error) {
      if (!(error instanceof Unresolved)) throw error;
      problems.add(error.message, error.origin, error.fix ?? '');
      return { kind: 'leaf', value: null, origin: entry.origin, size: 1 };
    }
  });
}

function lazy({ key, origin }: Entry, tree: () => Tree): Entry {
  return {
    key,
    origin,
    get tree() {
      return tree();
    },
  };
}
