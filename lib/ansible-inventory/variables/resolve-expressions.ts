import type { HostScope } from '../expressions/host-scope.ts';
import { hasTemplate } from '../expressions/templates.ts';
import type { Variables } from '../groups/group-table.ts';
import type { Problems } from '../problems.ts';
import { type Entry, leafOf, type Tree } from '../read/tree.ts';

/**
 * The variables of a host with the expressions in their values resolved: each when its tree is
 * first read, which throws Unresolved where an expression has no result.
 */
export function resolveExpressions(merged: Variables, scope: HostScope): Variables {
  const entries = [...merged].map(([name, entry]): [string, Entry] => [
    name,
    hasTemplate(entry.tree) ? lazy(entry, () => scope.tree(name)) : entry,
  ]);
  return new Map(entries);
}

/** The same, but reading what has no result adds a problem, and gives nothing. */
export function reportUnresolved(variables: Variables, problems: Problems): Variables {
  return new Map([...variables].map(([name, entry]) => [name, reporting(entry, problems)]));
}

function reporting(entry: Entry, problems: Problems): Entry {
  return lazy(entry, () => problems.attempt(() => entry.tree) ?? leafOf(null, entry.origin));
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
