import type { Problems } from '../problems.ts';
import type { Group, GroupTable, HostEntry } from './group-table.ts';

/** Removes every edge that leads a group back into itself, adding a problem at its place. */
export function cutCycles(table: GroupTable, problems: Problems): void {
  const finished = new Set<Group>();
  for (const root of table.groups.values()) {
    const path: Visit[] = [visit(root)];
    const open = new Set([root]);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = finished.has(top.group) ? undefined : top.pending.pop();
      if (next === undefined) {
        finished.add(top.group);
        open.delete(top.group);
        path.pop();
      } else if (open.has(next)) {
        cut(top.group, next, path, problems);
      } else {
        path.push(visit(next));
        open.add(next);
      }
    }
  }
}

interface Visit {
  readonly group: Group;
  readonly pending: Group[];
}

function visit(group: Group): Visit {
  return { group, pending: [...group.children.keys()].reverse() };
}

function cut(parent: Group, child: Group, path: readonly Visit[], problems: Problems): void {
  const names = path.map(({ group }) => group.name);
  const circle = [...names.slice(names.indexOf(child.name)), child.name].join(' › ');
  const origin = parent.children.get(child) ?? parent.origin;
  parent.children.delete(child);
  const fix = `Remove ${child.name} from the children of ${parent.name}: ${circle}.`;
  problems.add(`The group ${child.name} contains itself`, origin, fix);
}

/**
 * The groups in the order in which their variables apply, later over earlier: by depth (the longest
 * way down from `all`), then priority, then name. Needs a table without cycles.
 */
function inOrderOfPrecedence(table: GroupTable): readonly Group[] {
  const depths = depthsOf(table);
  const depthOf = (group: Group) => depths.get(group) ?? 0;
  return [...table.groups.values()].sort(
    (a, b) => depthOf(a) - depthOf(b) || a.priority - b.priority || (a.name < b.name ? -1 : 1),
  );
}

function depthsOf({ groups, all }: GroupTable): ReadonlyMap<Group, number> {
  const parents = new Map<Group, number>();
  for (const { children } of groups.values()) {
    for (const child of children.keys()) parents.set(child, (parents.get(child) ?? 0) + 1);
  }
  const depths = new Map<Group, number>([[all, 0]]);
  const ready = [all];
  for (let group = ready.pop(); group !== undefined; group = ready.pop()) {
    const below = (depths.get(group) ?? 0) + 1;
    for (const child of group.children.keys()) {
      depths.set(child, Math.max(depths.get(child) ?? 0, below));
      const left = (parents.get(child) ?? 0) - 1;
      parents.set(child, left);
      if (left === 0) ready.push(child);
    }
  }
  return depths;
}

/** The names of the hosts of every group, by its name. */
export function hostNamesByGroup(table: GroupTable): ReadonlyMap<string, readonly string[]> {
  return new Map([...table.groups].map(([name, group]) => [name, hostNamesOf(group)]));
}

/** The hosts of a group: its own, then its descendants' breadth-first, as Ansible orders them. */
export function hostNamesOf(group: Group): readonly string[] {
  const seen = new Set([group]);
  const names = new Set<string>();
  for (const member of seen) {
    for (const { name } of member.hosts.keys()) names.add(name);
    // A set that grows is walked to its new end: this is the queue.
    for (const child of member.children.keys()) seen.add(child);
  }
  return [...names];
}

/**
 * The groups of each host, `all` first, in the order in which their variables apply, later over
 * earlier. Needs a table without cycles.
 */
export function groupsByHost(table: GroupTable): ReadonlyMap<HostEntry, readonly Group[]> {
  const groups = new Map([...table.hosts.values()].map((host): [HostEntry, Group[]] => [host, []]));
  for (const group of inOrderOfPrecedence(table)) {
    const names = group === table.all ? table.hosts.keys() : hostNamesOf(group);
    for (const name of names) {
      const host = table.hosts.get(name);
      if (host !== undefined) groups.get(host)?.push(group);
    }
  }
  return groups;
}
