import type { Origin } from '#engine/model/host.ts';
import { buildHosts } from '../build-hosts.ts';
import { groupsByHost } from '../groups/group-order.ts';
import type { HostEntry } from '../groups/group-table.ts';
import { Layers } from '../groups/layers.ts';
import { Problems } from '../problems.ts';
import type { Sources } from '../read/read-sources.ts';
import { type Entry, plainOf } from '../read/tree.ts';

/** Where the variables of a host come from. */
export interface Explanation {
  /** In order of precedence: a later one wins. */
  readonly groups: readonly string[];
  readonly variables: ReadonlyMap<string, ExplainedVariable>;
}

export interface ExplainedVariable {
  /** Reading it throws a Failure where an expression in it has no result. */
  readonly value: unknown;
  /** First what wins, then what that hides, in order. */
  readonly definitions: readonly Definition[];
}

/** One of the places where a variable of a host is set. */
export interface Definition {
  /** What it is there, such as "group_vars of web". */
  readonly from: string;
  /** The value, with the text of its expressions. */
  readonly written: unknown;
  readonly origin: Origin;
}

/** What `Explanation` says. Problems of other variables, or of other hosts, do not matter here. */
export function explainVariables(sources: Sources, host: HostEntry): Explanation {
  const groups = groupsByHost(sources.table).get(host) ?? [];
  const findings = { problems: new Problems(), warnings: new Problems() };
  const built = buildHosts(sources, findings).find(({ name }) => name === host.name);
  const layers = new Layers(sources).of(host, groups).toReversed();
  const variables = [...(built?.variables ?? [])].map(([name, variable]) => {
    const definitions = layers.flatMap(({ from, variables: own }) =>
      chainOf(own.get(name)).map(({ tree, origin }) => ({ from, written: plainOf(tree), origin })),
    );
    const explained = {
      get value() {
        return variable.value;
      },
      definitions,
    };
    return [name, explained] as const;
  });
  return { groups: groups.map(({ name }) => name), variables: new Map(variables) };
}

/** What a place says of a variable, and what it had said before. */
function chainOf(entry: Entry | undefined): readonly Entry[] {
  return entry === undefined ? [] : [entry, ...chainOf(entry.hides)];
}
