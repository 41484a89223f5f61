import type { Sources } from '../read/read-sources.ts';
import type { Entry } from '../read/tree.ts';
import type { Group, HostEntry, Variables } from './group-table.ts';

/** Variables from one place in the order of precedence. */
interface Layer {
  /** What they are, such as "group_vars of web". */
  readonly from: string;
  readonly variables: Variables;
}

/** What the variables of hosts are merged from, later over earlier (vars/manager.py of Ansible). */
export class Layers {
  readonly #folders: Sources['folders'];
  readonly #extra: readonly Layer[];
  /** Hosts share the layers of their groups. */
  readonly #ofGroups = new Map<Group, GroupLayers>();

  constructor({ folders, extra }: Sources) {
    this.#folders = folders;
    this.#extra = layer('-e', extra);
  }

  /** Of `groups`, in order of precedence, the first is `all`. */
  of(host: HostEntry, groups: readonly Group[]): readonly Layer[] {
    const [all, ...narrower] = groups.map((group) => this.#group(group));
    return [
      ...(all?.written ?? []),
      ...narrower.flatMap(({ written }) => written),
      ...(all?.beside.flat() ?? []),
      ...this.#folders.flatMap((_, folder) =>
        narrower.flatMap(({ beside }) => beside[folder] ?? []),
      ),
      ...layer(`host ${host.name}`, host.variables),
      ...this.#folders.flatMap(({ hosts }) =>
        layer(`host_vars of ${host.name}`, hosts.get(host.name)),
      ),
      ...this.#extra,
    ];
  }

  #group(group: Group): GroupLayers {
    const known = this.#ofGroups.get(group);
    if (known !== undefined) return known;
    const layers = {
      written: layer(`vars of ${group.name}`, group.variables),
      beside: this.#folders.map(({ groups }) =>
        layer(`group_vars of ${group.name}`, groups.get(group.name)),
      ),
    };
    this.#ofGroups.set(group, layers);
    return layers;
  }
}

interface GroupLayers {
  /** From the inventory files. */
  readonly written: readonly Layer[];
  /** From `group_vars`, by folder. */
  readonly beside: readonly (readonly Layer[])[];
}

function layer(from: string, variables: Variables | undefined): readonly Layer[] {
  return variables === undefined || variables.size === 0 ? [] : [{ from, variables }];
}

/** The variables of a host. A later layer replaces a value as a whole, as Ansible does. */
export function mergeVariables(layers: readonly Layer[]): Variables {
  const merged = new Map<string, Entry>();
  for (const { variables } of layers) {
    for (const [name, entry] of variables) merged.set(name, entry);
  }
  return merged;
}
