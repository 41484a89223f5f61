import { Secret } from '#engine/model/secret.ts';
import { groupsByHost } from '../groups/group-order.ts';
import type { Group, HostEntry, Variables } from '../groups/group-table.ts';
import { Layers, mergeVariables } from '../groups/layers.ts';
import type { Sources } from '../read/read-sources.ts';
import type { Leaf, Tree } from '../read/tree.ts';
import { type Json, jsonText } from './json-text.ts';

/** All hosts, groups and variables, byte for byte as `ansible-inventory --list`, expressions as text. */
export function listInventory(sources: Sources): string {
  const { table } = sources;
  const listed = [...table.groups.values()].flatMap((group) => {
    const json = groupJson(group, group === table.all);
    return json.size === 0 ? [] : [[group.name, json] as const];
  });
  const variables = [...variablesByHost(sources)].filter(([, json]) => json.size > 0);
  const meta = new Map([['hostvars', new Map(variables.map(([{ name }, json]) => [name, json]))]]);
  return textOf(new Map<string, Json>([...listed, ['_meta', meta]]));
}

/** The variables of a host in the form of `ansible-inventory --host`, expressions as text. */
export function listHost(sources: Sources, host: HostEntry): string {
  return textOf(variablesByHost(sources).get(host) ?? new Map());
}

function textOf(json: Json): string {
  return jsonText(json, { indent: 4, sortKeys: true });
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
  ...['ansible_config_file', 'ansible_diff_mode', 'ansible_facts', 'ansible_forks'],
  ...['ansible_inventory_sources', 'ansible_limit', 'ansible_playbook_python'],
  ...['ansible_run_tags', 'ansible_skip_tags', 'ansible_verbosity', 'ansible_version'],
  ...['group_names', 'groups', 'inventory_dir', 'inventory_file', 'inventory_hostname'],
  ...['inventory_hostname_short', 'omit', 'playbook_dir'],
]);

function variablesJson(variables: Variables): ReadonlyMap<string, Json> {
  const shown = [...variables].filter(([name]) => !INTERNAL.has(name));
  return new Map(shown.map(([name, { tree }]) => [name, treeJson(tree)]));
}

/** A value of the inventory in the form of `ansible-inventory --list`. */
export function treeJson(tree: Tree): Json {
  if (tree.kind === 'leaf') return leafJson(tree);
  if (tree.kind === 'sequence') return tree.items.map(treeJson);
  return new Map([...tree.entries].map(([name, entry]) => [name, treeJson(entry.tree)]));
}

function leafJson({ value, float, unsafe, vault }: Leaf): Json {
  // What only Ansible's own key opens may be shown; what was opened is dots.
  if (vault !== undefined) return new Map([['__ansible_vault', vault]]);
  if (value instanceof Secret) return String(value);
  if (unsafe && typeof value === 'string') return new Map([['__ansible_unsafe', value]]);
  return typeof value === 'number' && !float ? BigInt(value) : value;
}
