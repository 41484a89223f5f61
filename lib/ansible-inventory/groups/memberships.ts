import { inOrderOfPrecedence } from './group-order.ts';
import type { Group, GroupTable, HostEntry } from './group-table.ts';

/**
 * The groups of each host, `all` first, in the order in which their variables apply, later over
 * earlier. Needs a table without cycles.
 */
export function groupsByHost(table: GroupTable): ReadonlyMap<HostEntry, readonly Group[]> {
  const ordered = inOrderOfPrecedence(table);
  const memberships = membershipsOf(table);
  return new Map(
    [...table.hosts.values()].map((host) => {
      const own = memberships.get(host);
      return [host, ordered.filter((group) => group === table.all || own?.has(group))];
    }),
  );
}

/** Every group that a host is in, by host: those that name it, and all that contain those. */
function membershipsOf(table: GroupTable): ReadonlyMap<HostEntry, ReadonlySet<Group>> {
  const parents = parentsOf(table);
  const direct = new Map<HostEntry, Group[]>();
  for (const group of table.groups.values()) {
    for (const host of group.hosts.keys()) {
      const groups = direct.get(host);
      if (groups === undefined) direct.set(host, [group]);
      else groups.push(group);
    }
  }
  return new Map([...direct].map(([host, groups]) => [host, withAncestors(groups, parents)]));
}

function parentsOf({ groups }: GroupTable): ReadonlyMap<Group, readonly Group[]> {
  const parents = new Map<Group, Group[]>([...groups.values()].map((group) => [group, []]));
  for (const group of groups.values()) {
    for (const child of group.children.keys()) parents.get(child)?.push(group);
  }
  return parents;
}

function withAncestors(
  groups: readonly Group[],
  parents: ReadonlyMap<Group, readonly Group[]>,
): ReadonlySet<Group> {
  const found = new Set(groups);
  // A set that grows is walked to its new end.
  for (const group of found) for (const parent of parents.get(group) ?? []) found.add(parent);
  return found;
}
