import { Failure } from '#engine/model/failure.ts';
import { formatOrigin, type Origin } from '#engine/model/host.ts';
import type { Family } from './address.ts';
import type { KeepalivedVars, Node } from './vars.ts';

/** What a rule has found in the inventory: a Failure with a place that can still be compared. */
export interface Problem {
  readonly what: string;
  readonly origin: Origin;
  readonly fix: string;
}

type VariableName = keyof KeepalivedVars;

/** Where a variable of a node stands, or a part of its value; the node itself when it has none. */
export function originOf(
  { host }: Node,
  name: VariableName,
  path: readonly PropertyKey[] = [],
): Origin {
  return host.variables.get(name)?.originOf(path) ?? host.origin;
}

/** The variable that gave a node its address of a family. */
export function addressVariable({ vars }: Node, family: Family): VariableName {
  if (family === 4) return 'vrrp_address4';
  return vars.vrrp_address === undefined ? 'vrrp_mac' : 'vrrp_address';
}

/** "node1 (inventory/prod.yaml:14:7)": who else is concerned, and where. */
export function named(node: Node, name: VariableName): string {
  return `${node.host.name} (${formatOrigin(originOf(node, name))})`;
}

/** In the order of the inventory, each said once although every node of a group has it. */
export function failuresFrom(problems: readonly Problem[]): readonly Failure[] {
  const byText = new Map(
    problems.map((problem) => [`${problem.what} ${formatOrigin(problem.origin)}`, problem]),
  );
  return [...byText.values()]
    .toSorted((one, other) => compareOrigins(one.origin, other.origin))
    .map(({ what, origin, fix }) => new Failure(what, { where: formatOrigin(origin), fix }));
}

function compareOrigins(one: Origin, other: Origin): number {
  const byFile = one.file < other.file ? -1 : Number(one.file > other.file);
  return byFile || one.line - other.line || one.column - other.column;
}
