import type { Host, Variable } from '#engine/model/host.ts';
import { connectionOf } from './connection.ts';
import type { ConnectionDefaults } from './connection-defaults.ts';
import type { Group, HostEntry, Variables } from './group-table.ts';
import { warnOfHidden } from './hidden-variables.ts';
import { Layers } from './layers.ts';
import { groupsByHost } from './memberships.ts';
import { mergeVariables } from './merge-variables.ts';
import type { Findings } from './parse-yaml.ts';
import { Problems } from './problems.ts';
import type { Sources } from './read-sources.ts';
import { reportUnresolved, resolveExpressions } from './resolve-expressions.ts';
import type { Entry, Tree } from './tree.ts';
import { variableOf } from './variable.ts';

/** The hosts of an inventory, in its order, each with its variables and its connection. */
export function buildHosts(
  sources: Sources,
  findings: Findings,
  defaults: ConnectionDefaults = {},
): readonly Host[] {
  warnOfHidden(sources, findings.warnings);
  const builder = new HostBuilder(sources, findings, defaults);
  return [...groupsByHost(sources.table)].map(([host, groups]) => builder.build(host, groups));
}

/** The control machine as Ansible adds it: `all` applies to it, but it is in no group. */
export function buildLocalhost(sources: Sources, defaults: ConnectionDefaults = {}): Host {
  const { all } = sources.table;
  const findings = { problems: new Problems(), warnings: new Problems() };
  const origin = all.origin;
  const local = { key: 'ansible_connection', origin, tree: leaf('local', origin) };
  const variables = new Map([['ansible_connection', local]]);
  const host = new HostBuilder(sources, findings, defaults).build(
    { name: 'localhost', origin, variables },
    [all],
  );
  findings.problems.throwIfAny();
  return host.variables.has('ansible_host') || host.variables.has('ansible_ssh_host')
    ? host
    : { ...host, connection: { ...host.connection, address: '127.0.0.1' } };
}

function leaf(value: string, origin: Tree['origin']): Tree {
  return { kind: 'leaf', value, origin, size: 1 };
}

class HostBuilder {
  readonly #layers: Layers;
  readonly #findings: Findings;
  readonly #defaults: ConnectionDefaults;
  /** Hosts share what they have from a group, unless it has expressions. */
  readonly #variables = new Map<Entry, Variable>();

  constructor(sources: Sources, findings: Findings, defaults: ConnectionDefaults) {
    this.#layers = new Layers(sources);
    this.#findings = findings;
    this.#defaults = defaults;
  }

  build(host: HostEntry, groups: readonly Group[]): Host {
    const merged = mergeVariables(this.#layers.of(host, groups));
    const resolved = resolveExpressions(merged);
    const names = groups.map(({ name }) => name).filter((name) => name !== 'all');
    return {
      name: host.name,
      groups: names.sort(),
      variables: this.#variablesOf(merged, resolved),
      connection: connectionOf(
        host,
        { merged: reportUnresolved(resolved, this.#findings.problems), defaults: this.#defaults },
        this.#findings,
      ),
      origin: host.origin,
    };
  }

  #variablesOf(merged: Variables, resolved: Variables): ReadonlyMap<string, Variable> {
    const variables = [...merged].map(([name, entry]) => {
      const other = resolved.get(name) ?? entry;
      return [
        name,
        other === entry ? this.#sharedVariable(entry) : variableOf(entry, other),
      ] as const;
    });
    return new Map(variables);
  }

  #sharedVariable(entry: Entry): Variable {
    const known = this.#variables.get(entry);
    if (known !== undefined) return known;
    const variable = variableOf(entry, entry);
    this.#variables.set(entry, variable);
    return variable;
  }
}
