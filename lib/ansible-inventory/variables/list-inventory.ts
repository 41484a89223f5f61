import type { Group, HostEntry, Variables } from '../groups/group-table.ts';
import { Layers } from '../groups/layers.ts';
import { groupsByHost } from '../groups/memberships.ts';
import { mergeVariables } from '../groups/merge-variables.ts';
import type { Sources } from '../read/read-sources.ts';
import type { Json } from './json-text.ts';

/** All hosts, groups and variables in the form of `ansible-inventory --list`, expressions as text. */
export function listInventory(sources: Sources): Json {
  const { table } = sources;
  const listed = [...table.groups.values()].flatMap((group) => {
    const json = groupJson(group, group === table.all);
    return json.size === 0 ? [] : [[group.name, json] as const];
  });
  const variables = [...variablesByHost(sources)].filter(([, json]) => json.size > 0);
  const meta = new Map([['hostvars', new Map(variables.map(([{ name }, json]) => [name, json]))]]);
  return new Map<string, Json>([...listed, ['_meta', meta]]);
}

/** The variables of a host in the form of `ansible-inventory --host`, expressions as text. */
export function listHost(sources: Sources, host: HostEntry): Json {
  return variablesByHost(sources).get(host) ?? new Map();
}

function groupJson(group: Group, isAll: boolean): ReadonlyMap<string, Json> {
  // Ansible leaves the hosts of `all` to its children.
  const hosts = isAll ? [] : [...group.hosts.keys()].map(({ name }) => name);
  const children = [...group.children.keys()].map(({ name }) => name);
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ['hosts', hosts],
    ['children', children],
  ];
  return new Map(sections.filter(([, names]) => names.length > 0));
}

function variablesByHost(sources: Sources): ReadonlyMap<HostEntry, ReadonlyMap<string, Json>> {
  const layers = new Layers(sources);
  return new Map(
    [...groupsByHost(sources.table)].map(([host, groups]) => [
      host,
      variablesJson(mergeVariables(layers.of(host, groups))),
    ]),
  );
}

/** Names that Ansible sets by itself, and keeps out of its lists (cli/inventory.py, INTERNAL_VARS). */
const INTERNAL = new Set([
  'ansible_config_file',
  'ansible_diff_mode',
  'ansible_facts',
  'ansible_forks',
  'ansible_inventory_sources',
  'ansible_limit',
  'ansible_playbook_python',
  'ansible_run_tags',
  'ansible_skip_tags',
  'ansible_verbosity',
  'ansible_version',
  'group_names',
  'groups',
  'inventory_dir',
  'inventory_file',
  'inventory_hostname',
  'inventory_hostname_short',
  'omit',
  'playbook_dir',
]);

function variablesJson(variables: Variables): ReadonlyMap<string, Json> {
  const shown = [...variables].filter(([name]) => !INTERNAL.has(name));
  return new Map(shown.map(([name, { tree }]) => [name, tree]));
}
