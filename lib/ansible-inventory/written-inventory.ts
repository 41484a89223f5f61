import { Failure } from '#engine/model/failure.ts';
import { didYouMean } from '#engine/model/suggest.ts';
import type { Group, GroupTable } from './groups/group-table.ts';
import type { LoadOptions } from './load-inventory.ts';
import { Problems } from './problems.ts';
import { readSources } from './read/read-sources.ts';
import { type Explanation, explainVariables } from './variables/explain-variables.ts';
import { listHost, listInventory } from './variables/list-inventory.ts';

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
