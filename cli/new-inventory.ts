import { escapeJson } from '#engine/report/escape.ts';

type Value = string | number | readonly string[];
export type NewVariables = Readonly<Record<string, Value>>;

/** What an inventory that is to be written has: one group. */
export interface NewInventory {
  /** Where editors find the JSON Schema: an address without spaces. */
  readonly schema: string;
  readonly title: string;
  readonly group: string;
  readonly hosts: ReadonlyMap<string, NewVariables>;
  readonly variables: NewVariables;
}

/** What a JSON Schema says of each variable. */
export type Described = ReadonlyMap<
  string,
  { readonly description?: string; readonly default?: unknown }
>;

const WIDTH = 90;

/**
 * The text of a new inventory. Each variable is explained in the words of its JSON Schema, once, and
 * those of the prefixes that are not set are there as comments. What is read back is what was given,
 * whichever version of YAML it is read as.
 */
export function inventoryText(
  { schema, title, group, hosts, variables }: NewInventory,
  described: Described,
  prefixes: readonly string[],
): string {
  const explained = new Set<string>();
  const explain = (name: string) => {
    const { description = '' } = described.get(name) ?? {};
    if (description === '' || explained.has(name)) return [];
    explained.add(name);
    return comment(description);
  };
  const linesOf = (own: NewVariables) =>
    Object.entries(own).map(([name, value]) => [
      ...explain(name),
      `${yaml(name)}: ${Array.isArray(value) ? `[${value.map(yaml).join(', ')}]` : yaml(value)}`,
    ]);
  const perHost = [...hosts].flatMap(([name, own]) => [
    `${yaml(name)}:`,
    ...indented(1, linesOf(own).flat()),
  ]);
  const set = new Set([...hosts.values(), variables].flatMap(Object.keys));
  const others = [...described.keys()].filter(
    (name) => !set.has(name) && prefixes.some((prefix) => name.startsWith(prefix)),
  );
  const vars = [
    ...linesOf(variables),
    ...others.map((name) => [
      ...explain(name),
      `# ${name}: ${yaml(described.get(name)?.default ?? '').replace(/^""$/, '')}`.trimEnd(),
    ]),
  ];
  return [
    `# yaml-language-server: $schema=${schema}`,
    ...comment(title),
    'all:',
    '  children:',
    `    ${yaml(group)}:`,
    ...indented(3, ['hosts:', ...indented(1, perHost), 'vars:']),
    vars.map((lines) => indented(4, lines).join('\n')).join('\n\n'),
    '',
  ].join('\n');
}

/** Words that are another value than their text to some version of YAML. */
const PLAIN = /^(?!(?:y|yes|n|no|on|off|true|false|null)$)[a-z][\w./-]*$/i;

/** A JSON text is the same value to YAML; what people would not quote is not quoted. */
function yaml(value: unknown): string {
  return typeof value === 'string' && PLAIN.test(value) ? value : escapeJson(JSON.stringify(value));
}

function indented(depth: number, lines: readonly string[]): readonly string[] {
  return lines.map((line) => `${'  '.repeat(depth)}${line}`);
}

function comment(text: string): readonly string[] {
  const lines = ['#'];
  for (const word of text.split(' ')) {
    if (`${lines.at(-1)} ${word}`.length > WIDTH) lines.push('#');
    lines.push(`${lines.pop()} ${word}`);
  }
  return lines;
}
