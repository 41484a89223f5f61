import { Failure } from '#engine/model/failure.ts';
import { Secret } from '#engine/model/secret.ts';
import { didYouMean } from '#engine/model/suggest.ts';
import { groupsByHost } from './groups/group-order.ts';
import type { Group, GroupTable, HostEntry, Variables } from './groups/group-table.ts';
import { Layers, mergeVariables } from './groups/layers.ts';
import type { LoadOptions } from './load-inventory.ts';
import { Problems } from './problems.ts';
import { readSources, type Sources } from './read/read-sources.ts';
import type { Leaf, Tree } from './read/tree.ts';
import { type Explanation, explainVariables } from './variables/explain-variables.ts';
import { type Json, jsonText } from './variables/json-text.ts';

/** An inventory as its files have it, for views. Names that it does not have throw a Failure. */
export interface WrittenInventory {
  readonly warnings: readonly Failure[];
  /** All hosts, groups and variables, byte for byte the JSON of `ansible-inventory --list`. */
  list(): string;
  /** The variables of a host, as the JSON of `ansible-inventory --host`. */
  listHost(host: string): string;
  /** A group with what is in it, as the tree of `ansible-inventory --graph`. */
  graph(group?: string): string;
  explain(host: string): Explanation;
}

/** Reads the files alone: what no view shows may be wrong. Throws Failures when they cannot be read. */
export async function readWritten(
  paths: readonly string[],
  { extra, playbookFolder, vault, onWait }: Omit<LoadOptions, 'defaults'> = {},
): Promise<WrittenInventory> {
  const findings = { problems: new Problems(), warnings: new Problems(), vault, onWait };
  const sources = await readSources({ paths, extra, playbookFolder }, findings);
  findings.problems.throwIfAny();
  const { hosts, groups } = sources.table;
  return {
    warnings: findings.warnings.sorted,
    list: () => listInventory(sources),
    listHost: (host) => listHost(sources, found(hosts, 'host', host)),
    graph: (group = 'all') =>
      graphInventory(sources.table, found(groups, 'group', group)).join('\n'),
    explain: (host) => explainVariables(sources, found(hosts, 'host', host)),
  };
}

function found<T>(known: ReadonlyMap<string, T>, word: 'host' | 'group', name: string): T {
  const one = known.get(name);
  if (one !== undefined) return one;
  const otherwise = 'See what there is: rota inventory INVENTORY --graph';
  const fix = didYouMean(name, known.keys(), otherwise);
  throw new Failure(`The inventory has no such ${word}`, { ran: name, fix });
}

/** Groups with their children and hosts, as lines of a tree in the form of `ansible-inventory --graph`. */
function graphInventory(table: GroupTable, top: Group): readonly string[] {
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
function listHost(sources: Sources, host: HostEntry): string {
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
