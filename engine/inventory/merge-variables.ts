import type { Group, HostEntry, Variables } from './group-table.ts';
import type { Problems } from './problems.ts';
import type { Entry } from './tree.ts';
import type { FolderVariables } from './vars-source.ts';

/** What a host's variables are merged from. `groups` are in order of precedence, with `all`. */
export interface Layers {
  readonly host: HostEntry;
  readonly groups: readonly Group[];
  readonly folders: FolderVariables;
}

/** The variables of a host. A later layer replaces a value as a whole, as Ansible does. */
export function mergeVariables({ host, groups, folders }: Layers, warnings: Problems): Variables {
  const merged = new Map<string, Entry>();
  const [all] = groups;
  for (const group of groups) apply(merged, group.variables);
  const everywhere = folders.groups.get('all') ?? new Map();
  warnOfHidden(
    groups.filter((group) => group !== all),
    everywhere,
    warnings,
  );
  apply(merged, everywhere);
  for (const group of groups) {
    if (group !== all) apply(merged, folders.groups.get(group.name));
  }
  apply(merged, host.variables);
  apply(merged, folders.hosts.get(host.name));
  return merged;
}

function apply(merged: Map<string, Entry>, layer: Variables = new Map()): void {
  for (const [name, entry] of layer) merged.set(name, entry);
}

/** The order surprises many: what group_vars say for all beats what the inventory says for a group. */
function warnOfHidden(groups: readonly Group[], everywhere: Variables, warnings: Problems): void {
  if (everywhere.size === 0) return;
  for (const group of groups) {
    for (const [name, { origin }] of group.variables) {
      const winner = everywhere.get(name)?.origin;
      if (winner === undefined) continue;
      const fix = `Move it to group_vars/${group.name}.yml: ${winner.file}:${winner.line} wins.`;
      warnings.add(`group_vars/all hides the variable ${name}`, origin, fix);
    }
  }
}
