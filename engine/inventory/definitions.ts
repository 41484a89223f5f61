import type { HostEntry } from './group-table.ts';
import { Layers } from './layers.ts';
import { groupsByHost } from './memberships.ts';
import type { Sources } from './read-sources.ts';
import type { Entry } from './tree.ts';

/** One of the places where a variable of a host is set. */
export interface Definition {
  /** What it is there, such as "group_vars of web". */
  readonly from: string;
  readonly entry: Entry;
}

/** Where each variable of a host is set: first what wins, then what that shadows, in order. */
export function definitionsOf(
  sources: Sources,
  host: HostEntry,
): ReadonlyMap<string, readonly Definition[]> {
  const groups = groupsByHost(sources.table).get(host) ?? [];
  const found = new Map<string, Definition[]>();
  for (const { from, variables } of new Layers(sources).of(host, groups).toReversed()) {
    for (const [name, entry] of variables) {
      const others = found.get(name) ?? [];
      found.set(name, others);
      for (let each: Entry | undefined = entry; each !== undefined; each = each.hides) {
        others.push({ from, entry: each });
      }
    }
  }
  return found;
}
