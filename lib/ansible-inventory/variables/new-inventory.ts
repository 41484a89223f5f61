import { Document, isMap, Scalar, stringify, YAMLMap, YAMLSeq } from 'yaml';
import type { JsonSchema } from '../connection/connection-schemas.ts';
import { resolveYaml11, resolveYaml12 } from '../read/resolve-scalar.ts';

export type NewValue = string | number | readonly string[];
export type NewVariables = Readonly<Record<string, NewValue>>;

/** What an inventory that is to be written has: one group. */
export interface NewInventory {
  /** Where editors find the JSON Schema: an address without spaces. */
  readonly schema: string;
  readonly title: string;
  readonly group: string;
  readonly hosts: ReadonlyMap<string, NewVariables>;
  readonly variables: NewVariables;
}

const WIDTH = 90;

/**
 * The text of a new inventory. Each variable is explained in the words of the JSON Schema, and those
 * of the prefixes that are not set are there as comments. What is read back is what was given,
 * whichever version of YAML it is read as.
 */
export function inventoryText(
  { schema, title, group, hosts, variables }: NewInventory,
  known: JsonSchema,
  prefixes: readonly string[],
): string {
  const described = describedIn(known);
  const [first, ...others] = [...hosts].map(([name, own], index) =>
    pairOf(name, index === 0 ? explained(own, described) : plain(own)),
  );
  const ring = new YAMLMap();
  ring.add({ key: 'hosts', value: mapOf(first === undefined ? [] : [first, ...others]) });
  const vars = spaced(explained(variables, described));
  const set = Object.assign({}, variables, ...hosts.values()) as NewVariables;
  vars.comment = unset(set, { described, prefixes });
  ring.add(pairOf('vars', vars));
  const document = new Document();
  document.contents = mapOf([
    pairOf('all', mapOf([pairOf('children', mapOf([pairOf(group, ring)]))])),
  ]) as never;
  const head = `# yaml-language-server: $schema=${schema}\n${commented(title)}`;
  return `${head}\n${document.toString({ lineWidth: 0, nullStr: '' })}`;
}

type Described = ReadonlyMap<string, { readonly description?: string; readonly default?: unknown }>;

function describedIn(known: JsonSchema): Described {
  const { definitions } = known as {
    definitions: { variables: { properties: Record<string, { description?: string }> } };
  };
  return new Map(Object.entries(definitions.variables.properties));
}

function explained(variables: NewVariables, described: Described): YAMLMap {
  const pairs = Object.entries(variables).map(([name, value]) => {
    const pair = pairOf(name, nodeOf(value));
    const text = described.get(name)?.description;
    if (text !== undefined) pair.key.commentBefore = wrapped(text);
    return pair;
  });
  return mapOf(pairs);
}

function plain(variables: NewVariables): YAMLMap {
  return mapOf(Object.entries(variables).map(([name, value]) => pairOf(name, nodeOf(value))));
}

function spaced(map: YAMLMap): YAMLMap {
  for (const { key } of map.items.slice(1)) (key as Scalar).spaceBefore = true;
  return map;
}

/** What is not set, as it would be set: with its default where it has one. */
function unset(
  variables: NewVariables,
  { described, prefixes }: { described: Described; prefixes: readonly string[] },
): string {
  return [...described]
    .filter(([name]) => !(name in variables) && prefixes.some((prefix) => name.startsWith(prefix)))
    .map(([name, { description = '', default: fallback }]) => {
      const value = fallback === undefined ? `${name}:\n` : stringify({ [name]: fallback });
      return `\n${wrapped(description)}\n${value.trimEnd().replace(/^/gm, ' ')}`;
    })
    .join('\n');
}

function mapOf(pairs: readonly { readonly key: Scalar; readonly value: unknown }[]): YAMLMap {
  const map = new YAMLMap();
  for (const pair of pairs) map.add(pair);
  return map;
}

/** A mapping without entries is left out, as people write it. */
function pairOf(name: string, value: YAMLMap | YAMLSeq | Scalar) {
  const empty = isMap(value) && value.items.length === 0;
  return { key: scalarOf(name), value: empty ? null : value };
}

function nodeOf(value: NewValue): Scalar | YAMLSeq {
  if (typeof value === 'string' || typeof value === 'number') return scalarOf(value);
  const list = new YAMLSeq();
  list.flow = true;
  for (const item of value) list.add(scalarOf(item));
  return list;
}

function scalarOf(value: string | number): Scalar {
  const scalar = new Scalar(value);
  if (typeof value === 'string') scalar.type = isPlain(value) ? 'PLAIN' : 'QUOTE_DOUBLE';
  return scalar;
}

const SAFE = /^[\w./](?:[\w./@+~-]|:(?=[\w/]))*$/;
/** Some MACs are numbers to YAML 1.1: all are quoted, to look alike. */
const LIKE_A_MAC = /^[0-9A-Fa-f]{2}:/;

function isPlain(text: string): boolean {
  const reading = resolveYaml11(text);
  const same = 'value' in reading && reading.value === text && resolveYaml12(text) === text;
  return same && SAFE.test(text) && !LIKE_A_MAC.test(text);
}

function commented(text: string): string {
  return wrapped(text).replace(/^/gm, '#');
}

/** In lines, each with a space before it: a comment's text. */
function wrapped(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    if (`${lines.at(-1)} ${word}`.length > WIDTH) lines.push('');
    lines.push(`${lines.pop()} ${word}`);
  }
  return lines.join('\n');
}
