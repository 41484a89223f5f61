import { hostNamesOf } from '../groups/group-order.ts';
import type { Problems } from '../problems.ts';
import type { Sources } from '../read/read-sources.ts';

/** The order surprises many: what group_vars say for all beats what the inventory says for a group. */
export function warnOfHidden({ table, folders }: Sources, warnings: Problems): void {
  const everywhere = folders.flatMap(({ groups }) => groups.get('all') ?? []);
  if (everywhere.length === 0) return;
  for (const group of table.groups.values()) {
    if (group === table.all || group.variables.size === 0 || hostNamesOf(group).length === 0)
      continue;
    for (const [name, { origin }] of group.variables) {
      const winner = everywhere.findLast((variables) => variables.has(name))?.get(name)?.origin;
      if (winner === undefined) continue;
      const fix = `Move it to group_vars/${group.name}.yml: ${winner.file}:${winner.line} wins.`;
      warnings.add(`group_vars/all hides the variable ${name}`, origin, fix);
    }
  }
}
