import { buildHosts } from '#engine/inventory/build-hosts.ts';
import { type Definition, definitionsOf } from '#engine/inventory/definitions.ts';
import type { HostEntry } from '#engine/inventory/group-table.ts';
import { groupsByHost } from '#engine/inventory/memberships.ts';
import { Problems } from '#engine/inventory/problems.ts';
import type { Sources } from '#engine/inventory/read-sources.ts';
import { didYouMean } from '#engine/inventory/suggest.ts';
import { plainOf } from '#engine/inventory/tree.ts';
import { Failure } from '#engine/model/failure.ts';
import { formatOrigin, type Variable } from '#engine/model/host.ts';
import { DOTS } from '#engine/model/secret.ts';
import { escapeControl } from '#engine/report/escape.ts';
import type { Paint } from '#engine/report/paint.ts';
import { formatTable } from '#engine/report/words.ts';

/** A host's variables, or one: the value, where it is set, and the definitions that this hides. */
export function explainHost(
  sources: Sources,
  host: HostEntry,
  name: string | undefined,
  paint: Paint,
): string {
  const definitions = definitionsOf(sources, host);
  const names = name === undefined ? [...definitions.keys()].toSorted() : [name];
  if (name !== undefined && !definitions.has(name)) throw unset(name, host, definitions.keys());
  const groups = groupsByHost(sources.table).get(host) ?? [];
  const heading = `${host.name} is in ${groups.map((group) => group.name).join(', ')}; of groups, a later one wins`;
  const variables = variablesOf(sources, host);
  const longest = name === undefined ? LONGEST : Infinity;
  const rows = names.flatMap((each) =>
    rowsOf(each, definitions.get(each) ?? [], variables?.get(each)).map((row) => cut(row, longest)),
  );
  if (rows.length === 0) return `${escapeControl(heading)}\nIt has no variables`;
  const [head = '', ...lines] = formatTable([HEAD, ...rows]).split('\n');
  return [escapeControl(heading), '', paint('bold', head), ...lines].join('\n');
}

const HEAD = ['variable', 'value', 'set as', 'at'];
const LONGEST = 48;

/** Problems of other variables, or of other hosts, do not matter here. */
function variablesOf(sources: Sources, { name }: HostEntry): Host['variables'] | undefined {
  const findings = { problems: new Problems(), warnings: new Problems() };
  return buildHosts(sources, findings).find((host) => host.name === name)?.variables;
}

type Host = ReturnType<typeof buildHosts>[number];

function rowsOf(
  name: string,
  [winner, ...hidden]: readonly Definition[],
  variable: Variable | undefined,
): readonly (readonly string[])[] {
  if (winner === undefined) return [];
  const show = (value: unknown) => (PASSWORD.test(name) ? DOTS : textOf(value));
  const place = ({ from, entry }: Definition) => [from, formatOrigin(entry.origin)];
  const written = show(plainOf(winner.entry.tree));
  const resolved = variable === undefined ? written : resolvedOf(variable, show);
  return [
    [name, resolved, ...place(winner)],
    ...(resolved === written ? [] : [['  written', written, '', '']]),
    ...hidden.map((each) => ['  hides', show(plainOf(each.entry.tree)), ...place(each)]),
  ];
}

function resolvedOf(variable: Variable, show: (value: unknown) => string): string {
  try {
    return show(variable.value);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return `✖ ${error.message}`;
  }
}

/** Some write a password without a secret's tag; it is not shown for that. */
const PASSWORD = /^ansible_.*pass(?:word|phrase)?$/;

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner));
}

function cut(row: readonly string[], longest: number): readonly string[] {
  return row.map(escapeControl).map((cell, column) => {
    const characters = [...cell];
    if (column !== 1 || characters.length <= longest) return cell;
    return `${characters.slice(0, longest - 1).join('')}…`;
  });
}

function unset(name: string, host: HostEntry, known: Iterable<string>): Failure {
  return new Failure('The host has no such variable', {
    where: host.name,
    ran: name,
    fix: didYouMean(name, known, 'See those that it has: leave the name out.'),
  });
}
