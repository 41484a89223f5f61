import type { Group, GroupTable } from './group-table.ts';

/** Groups with their children and hosts, as lines of a tree in the form of `ansible-inventory --graph`. */
export function graphInventory(table: GroupTable, top: Group): readonly string[] {
  return linesOf(top, 0, table);
}

function linesOf(group: Group, depth: number, table: GroupTable): readonly string[] {
  const children = [...group.children.keys()].flatMap((child) => linesOf(child, depth + 1, table));
  // Ansible leaves the hosts of `all` to its children.
  const hosts = group === table.all ? [] : [...group.hosts.keys()];
  return [
    line(`@${group.name}:`, depth),
    ...children,
    ...hosts.map(({ name }) => line(name, depth + 1)),
  ];
}

function line(text: string, depth: number): string {
  return depth === 0 ? text : `${'  |'.repeat(depth)}--${text}`;
}
