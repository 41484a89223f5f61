import type { Origin } from '#engine/model/host.ts';
import { didYouMean } from '#engine/model/suggest.ts';
import { hasUnseen } from '../read/characters.ts';
import type { Findings } from '../read/parse-yaml.ts';
import { describe, type Entry, isNull, leafOf, namesTree, type Tree } from '../read/tree.ts';
import {
  type Group,
  GroupTable,
  type HostEntry,
  setVariable,
  type Variables,
} from './group-table.ts';
import { expandHostPattern } from './host-pattern.ts';

const SECTIONS = ['hosts', 'vars', 'children'];
const MOST_HOSTS = 50_000;

/** Reads the structure of inventory files: their groups, the hosts of these, the variables of both. */
export function readGroups(trees: readonly Tree[], findings: Findings): GroupTable {
  const [first] = trees;
  const reader = new GroupReader(first?.origin.file ?? '', findings);
  for (const tree of trees) reader.read(tree);
  return reader.end();
}

class GroupReader {
  readonly #table: GroupTable;
  readonly #findings: Findings;
  #mentions = 0;

  constructor(file: string, findings: Findings) {
    this.#table = new GroupTable(file);
    this.#findings = findings;
  }

  read(tree: Tree): void {
    if (tree.kind !== 'mapping' || tree.entries.size === 0) {
      const fix = `Start with a group, such as all:, and hosts: below it; this is ${describe(tree)}.`;
      this.#problem('The inventory has no groups', tree.origin, fix);
    } else for (const [name, entry] of tree.entries) this.#group(name, entry);
  }

  end(): GroupTable {
    this.#refuseSharedNames();
    this.#table.settle();
    return this.#table;
  }

  #group(name: string, { key, origin, tree }: Entry): Group | undefined {
    if (!this.#isName(key, 'group', origin)) return undefined;
    const group = this.#table.group(name, origin);
    if (isNull(tree)) return group;
    if (tree.kind !== 'mapping') {
      const fix = `Give it hosts:, vars: or children:; this is ${describe(tree)}.`;
      this.#problem(`The group ${name} is not a mapping`, tree.origin, fix);
      return group;
    }
    for (const [section, entry] of tree.entries) this.#section(group, section, entry);
    return group;
  }

  #section(group: Group, section: string, entry: Entry): void {
    if (!SECTIONS.includes(section)) {
      const fix = didYouMean(section, SECTIONS, 'A group has hosts:, vars: and children: alone.');
      this.#problem(`The key ${section} has no place in a group`, entry.origin, fix);
      return;
    }
    const entries = this.#entriesOf(section, entry.tree);
    if (section === 'vars') this.#variables(group, entries);
    else if (section === 'children') this.#children(group, entries);
    else for (const [pattern, host] of entries) this.#host(group, pattern, host);
  }

  #entriesOf(section: string, tree: Tree): Variables {
    if (tree.kind === 'mapping') return tree.entries;
    if (isNull(tree)) return new Map();
    if (tree.kind === 'leaf' && typeof tree.value === 'string' && section !== 'vars') {
      return namesTree([tree.value], tree.origin).entries;
    }
    const form = section === 'vars' ? 'name: value' : 'a name and a colon';
    const fix = `Write ${form} on each line; this is ${describe(tree)}.`;
    this.#problem(`The ${section} of a group are not a mapping`, tree.origin, fix);
    return new Map();
  }

  #variables(group: Group, entries: Variables): void {
    for (const [name, entry] of entries) {
      if (name === 'ansible_group_priority') this.#priority(group, entry);
      else setVariable(group.variables, name, entry);
    }
  }

  #priority(group: Group, { tree }: Entry): void {
    const priority = priorityOf(tree);
    if (priority !== undefined) group.priority = priority;
    else {
      const what = 'The variable ansible_group_priority is not a whole number';
      this.#problem(what, tree.origin, 'Write a number, such as 10; the larger one wins.');
    }
  }

  #children(group: Group, entries: Variables): void {
    for (const [name, entry] of entries) {
      const child = this.#group(name, entry);
      if (child === this.#table.ungrouped && group !== this.#table.all) {
        const fix = 'Give the group another name: to Ansible these hosts are in no group at all.';
        this.#problem('The group ungrouped is inside another group', entry.origin, fix);
      }
      if (child && !group.children.has(child)) group.children.set(child, entry.origin);
    }
  }

  #host(group: Group, pattern: string, { key, origin, tree }: Entry): void {
    if (!this.#isName(key, 'host', origin)) return;
    const variables = this.#hostVariables(pattern, tree);
    const expanded = expandHostPattern(pattern, MOST_HOSTS - this.#mentions);
    if ('error' in expanded) {
      this.#problem(`The host ${pattern} cannot be read`, origin, expanded.error);
      return;
    }
    this.#mentions += expanded.names.length;
    for (const name of expanded.names) {
      const port = this.#table.hosts.has(name) ? undefined : expanded.port;
      const host = this.#table.host(name, origin);
      if (!group.hosts.has(host)) group.hosts.set(host, origin);
      // Ansible heeds the port of the first mention alone.
      if (port) setPort(host, port, origin);
      else if (expanded.port) this.#warnOfPort(host, expanded.port, origin);
      for (const [variable, entry] of variables) setVariable(host.variables, variable, entry);
    }
  }

  #warnOfPort(host: HostEntry, port: number, origin: Origin): void {
    const tree = host.variables.get('ansible_port')?.tree;
    if (tree?.kind === 'leaf' && String(tree.value) === String(port)) return;
    const fix = `Give ${host.name} its port where line ${host.origin.line} names it first.`;
    const what = 'The port of a host that was named before has no effect';
    this.#findings.warnings.add(what, origin, fix);
  }

  #hostVariables(pattern: string, tree: Tree): Variables {
    if (tree.kind === 'mapping') return tree.entries;
    if (!isEmpty(tree)) {
      const fix = `Write its variables as name: value, each on a line; this is ${describe(tree)}.`;
      this.#problem(`The host ${pattern} is not a mapping`, tree.origin, fix);
    }
    return new Map();
  }

  #isName(key: unknown, noun: string, origin: Origin): key is string {
    if (typeof key === 'string' && key !== '' && !hasUnseen(key)) return true;
    const fix =
      typeof key === 'string'
        ? 'Give it at least one letter, and no characters that are not seen.'
        : `It is read as ${String(key)}. Quote it: "${String(key)}".`;
    this.#problem(`The name of a ${noun} is not a text`, origin, fix);
    return false;
  }

  #refuseSharedNames(): void {
    for (const { name, origin } of this.#table.hosts.values()) {
      if (!this.#table.groups.has(name)) continue;
      const fix = 'Rename one of them: a pattern could mean either.';
      this.#problem(`A host and a group are both called ${name}`, origin, fix);
    }
  }

  #problem(what: string, origin: Origin, fix: string): void {
    this.#findings.problems.add(what, origin, fix);
  }
}

/** Ansible takes an empty text or list for "no variables". */
function isEmpty(tree: Tree): boolean {
  if (tree.kind === 'sequence') return tree.items.length === 0;
  return tree.kind === 'leaf' && (tree.value === null || tree.value === '');
}

function setPort({ variables }: HostEntry, port: number, origin: Origin): void {
  const key = 'ansible_port';
  variables.set(key, { key, origin, tree: leafOf(port, origin) });
}

/** What Python's `int()` makes of a group's priority; undefined for what it refuses. */
function priorityOf(tree: Tree): number | undefined {
  if (tree.kind !== 'leaf') return undefined;
  const { value } = tree;
  if (typeof value === 'string')
    return /^\s*[-+]?[0-9]+\s*$/.test(value) ? Number(value) : undefined;
  if (value === null || !Number.isFinite(Number(value))) return undefined;
  return Math.trunc(Number(value));
}
