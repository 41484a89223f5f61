import type { Entry } from '../read/tree.ts';
import type { Variables } from './group-table.ts';
import type { Layer } from './layers.ts';

/** The variables of a host. A later layer replaces a value as a whole, as Ansible does. */
export function mergeVariables(layers: readonly Layer[]): Variables {
  const merged = new Map<string, Entry>();
  for (const { variables } of layers) {
    for (const [name, entry] of variables) merged.set(name, entry);
  }
  return merged;
}
