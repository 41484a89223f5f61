import { Failure } from '#engine/model/failure.ts';
import { formatOrigin } from '#engine/model/host.ts';
import { DOTS } from '#engine/model/secret.ts';
import { didYouMean } from '#engine/model/suggest.ts';
import { escapeControl } from '#engine/report/escape.ts';
import type { Paint } from '#engine/report/paint.ts';
import { formatTable } from '#engine/report/words.ts';
import type { Definition, ExplainedVariable, Explanation } from '#lib/ansible-inventory/index.ts';

/** A host's variables, or one: the value, where it is set, and the definitions that this hides. */
export function explainHost(
  host: string,
  { groups, variables }: Explanation,
  name: string | undefined,
  paint: Paint,
): string {
  const names = name === undefined ? [...variables.keys()].toSorted() : [name];
  if (name !== undefined && !variables.has(name)) throw unset(name, host, variables.keys());
  const heading = `${host} is in ${groups.join(', ')}; of groups, a later one wins`;
  const longest = name === undefined ? LONGEST : Infinity;
  const rows = names.flatMap((each) =>
    rowsOf(each, variables.get(each)).map((row) => cut(row, longest)),
  );
  if (rows.length === 0) return `${escapeControl(heading)}\nIt has no variables`;
  const [head = '', ...lines] = formatTable([HEAD, ...rows]).split('\n');
  return [escapeControl(heading), '', paint('bold', head), ...lines].join('\n');
}

/** The same as data, whole. */
export function explainAsData(
  host: string,
  { groups, variables }: Explanation,
  wanted: string | undefined,
): object {
  if (wanted !== undefined && !variables.has(wanted)) throw unset(wanted, host, variables.keys());
  const names = wanted === undefined ? [...variables.keys()].toSorted() : [wanted];
  const explained = names.map((name) => {
    const { definitions = [] } = variables.get(name) ?? {};
    const show = (value: unknown) => (PASSWORD.test(name) ? DOTS : plain(value));
    const places = definitions.map(({ from, origin, written }) => {
      return { from, at: formatOrigin(origin), written: show(written) };
    });
    return { name, ...outcomeOf(variables.get(name), show), set: places };
  });
  return { host, groups, variables: explained };
}

/** The value, or why there is none. */
function outcomeOf(variable: ExplainedVariable | undefined, show: (value: unknown) => unknown) {
  try {
    return { value: show(variable?.value) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { error };
  }
}

/** JSON has no whole numbers as large as YAML has. */
function plain(value: unknown): unknown {
  return JSON.parse(textOf(value));
}

const HEAD = ['variable', 'value', 'set as', 'at'];
const LONGEST = 48;

function rowsOf(
  name: string,
  variable: ExplainedVariable | undefined,
): readonly (readonly string[])[] {
  const [winner, ...hidden] = variable?.definitions ?? [];
  if (variable === undefined || winner === undefined) return [];
  const show = (value: unknown) => (PASSWORD.test(name) ? DOTS : textOf(value));
  const place = ({ from, origin }: Definition) => [from, formatOrigin(origin)];
  const written = show(winner.written);
  const resolved = resolvedOf(variable, show);
  return [
    [name, resolved, ...place(winner)],
    ...(resolved === written ? [] : [['  written', written, '', '']]),
    ...hidden.map((each) => ['  hides', show(each.written), ...place(each)]),
  ];
}

function resolvedOf(variable: ExplainedVariable, show: (value: unknown) => string): string {
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

function unset(name: string, host: string, known: Iterable<string>): Failure {
  return new Failure('The host has no such variable', {
    where: host,
    ran: name,
    fix: didYouMean(name, known, 'See those that it has: leave the name out.'),
  });
}
