import type { Host, Variable } from '#engine/model/host.ts';
import type { ConnectionDefaults } from './connection/connection.ts';
import { connectionOf } from './connection/connection.ts';
import { Kept } from './expressions/budget.ts';
import { HostScope } from './expressions/host-scope.ts';
import { hasTemplate } from './expressions/templates.ts';
import type { World } from './expressions/world.ts';
import { groupsByHost, hostNamesByGroup, hostNamesOf } from './groups/group-order.ts';
import type { Group, HostEntry, Variables } from './groups/group-table.ts';
import { Layers, mergeVariables } from './groups/layers.ts';
import { Problems } from './problems.ts';
import { withoutExpressions } from './read/extra-variables.ts';
import type { Findings } from './read/parse-yaml.ts';
import type { Sources } from './read/read-sources.ts';
import { type Entry, leafOf, originAt, plainOf, type Tree } from './read/tree.ts';

/** The hosts of an inventory, in its order, each with its variables and its connection. */
export function buildHosts(
  sources: Sources,
  findings: Findings,
  defaults: ConnectionDefaults = {},
): readonly Host[] {
  warnOfHidden(sources, findings.warnings);
  const builder = new HostBuilder(sources, findings, defaults);
  return builder.mergeAll().map((merged) => builder.build(merged));
}

/** The control machine as Ansible adds it: `all` applies to it, but it is in no group. */
export function buildLocalhost(sources: Sources, defaults: ConnectionDefaults = {}): Host {
  const { all } = sources.table;
  const findings = { problems: new Problems(), warnings: new Problems() };
  const origin = all.origin;
  const local = { key: 'ansible_connection', origin, tree: leafOf('local', origin) };
  const variables = new Map([['ansible_connection', local]]);
  const builder = new HostBuilder(sources, findings, defaults);
  builder.mergeAll();
  const host = builder.build(builder.merge({ name: 'localhost', origin, variables }, [all]));
  findings.problems.throwIfAny();
  return host.variables.has('ansible_host') || host.variables.has('ansible_ssh_host')
    ? host
    : { ...host, connection: { ...host.connection, address: '127.0.0.1' } };
}

/** A host with all that the files say of it; its expressions are not resolved yet. */
interface Merged {
  readonly host: HostEntry;
  readonly groups: readonly string[];
  readonly variables: Variables;
  readonly scope: HostScope;
}

class HostBuilder {
  readonly #sources: Sources;
  readonly #layers: Layers;
  readonly #findings: Findings;
  readonly #defaults: ConnectionDefaults;
  /** Hosts share what they have from a group, unless it has expressions. */
  readonly #variables = new Map<Entry, Variable>();
  readonly #scopes = new Map<string, HostScope>();
  readonly #world: World;

  constructor(sources: Sources, findings: Findings, defaults: ConnectionDefaults) {
    this.#sources = sources;
    this.#layers = new Layers({ ...sources, extra: withoutExpressions(sources.extra) });
    this.#findings = findings;
    this.#defaults = defaults;
    this.#world = {
      groups: () => hostNamesByGroup(sources.table),
      hosts: this.#scopes,
      kept: new Kept(),
      render: sources.render,
    };
  }

  /** Expressions of a host may need any other host, so that all are merged before one is built. */
  mergeAll(): readonly Merged[] {
    const groups = groupsByHost(this.#sources.table);
    return [...groups].map(([host, own]) => this.merge(host, own));
  }

  merge(host: HostEntry, own: readonly Group[]): Merged {
    const variables = mergeVariables(this.#layers.of(host, own));
    const names = own.map(({ name }) => name).filter((name) => name !== 'all');
    const groups = names.sort();
    const { name, origin } = host;
    const scope = new HostScope({ name, origin, groups, variables }, this.#world);
    this.#scopes.set(name, scope);
    return { host, groups, variables, scope };
  }

  build({ host, groups, variables, scope }: Merged): Host {
    const resolved = resolveExpressions(variables, scope);
    const reported = reportUnresolved(resolved, this.#findings.problems);
    return {
      name: host.name,
      groups,
      variables: this.#variablesOf(variables, resolved),
      connection: connectionOf(
        host,
        { merged: reported, defaults: this.#defaults },
        this.#findings,
      ),
      origin: host.origin,
    };
  }

  #variablesOf(merged: Variables, resolved: Variables): ReadonlyMap<string, Variable> {
    const variables = [...merged].map(([name, entry]): [string, Variable] => {
      const other = resolved.get(name) ?? entry;
      return [name, other === entry ? this.#shared(entry) : variableOf(entry, other)];
    });
    return new Map(variables);
  }

  #shared(entry: Entry): Variable {
    const known = this.#variables.get(entry);
    if (known !== undefined) return known;
    const variable = variableOf(entry, entry);
    this.#variables.set(entry, variable);
    return variable;
  }
}

/** The order surprises many: what group_vars say for all beats what the inventory says for a group. */
function warnOfHidden({ table, folders }: Sources, warnings: Problems): void {
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

/** A variable as hosts hold it: plain data, with the places of its parts. */
function variableOf(written: Entry, resolved: Entry): Variable {
  return {
    get value() {
      return plainOf(resolved.tree);
    },
    get written() {
      return plainOf(written.tree);
    },
    origin: written.origin,
    originOf: (path) => originAt(resolved.tree, path),
  };
}

/**
 * The variables of a host with the expressions in their values resolved: each when its tree is
 * first read, which throws Unresolved where an expression has no result.
 */
function resolveExpressions(merged: Variables, scope: HostScope): Variables {
  const entries = [...merged].map(([name, entry]): [string, Entry] => [
    name,
    hasTemplate(entry.tree) ? lazy(entry, () => scope.tree(name)) : entry,
  ]);
  return new Map(entries);
}

/** The same, but reading what has no result adds a problem, and gives nothing. */
function reportUnresolved(variables: Variables, problems: Problems): Variables {
  return new Map([...variables].map(([name, entry]) => [name, reporting(entry, problems)]));
}

function reporting(entry: Entry, problems: Problems): Entry {
  return lazy(entry, () => problems.attempt(() => entry.tree) ?? leafOf(null, entry.origin));
}

function lazy({ key, origin }: Entry, tree: () => Tree): Entry {
  return {
    key,
    origin,
    get tree() {
      return tree();
    },
  };
}
