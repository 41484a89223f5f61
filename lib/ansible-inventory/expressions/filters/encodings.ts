import { Secret } from '#engine/model/secret.ts';
import { Problems } from '../../problems.ts';
import { parseYaml } from '../../read/parse-yaml.ts';
import { leavesOf } from '../../read/tree.ts';
import { type Json, jsonText } from '../../variables/json-text.ts';
import { type Callable, usual } from '../callable.ts';
import { Flaw } from '../flaw.ts';
import { floatText, textOf, withoutTrailing } from '../python-text.ts';
import { valueIn } from '../tree-values.ts';
import {
  isDict,
  isList,
  type Key,
  Lookup,
  refuseWhole,
  settle,
  type Value,
  Verbatim,
} from '../value.ts';

/** Filters that write a value in another form, or read it. */
export const ENCODINGS: Readonly<Record<string, Callable<Value>>> = {
  to_json: usual('', (input) => new Verbatim(jsonText(jsonOf(input), { ensureAscii: true }))),
  from_json: usual('', (input) => readData(textOf(input), 'json')),
  from_yaml: usual('', (input) =>
    typeof input === 'string' ? readData(input, 'yaml') : settle(input),
  ),
  quote: usual('', (input) => quoted(input === null ? '' : textOf(input))),
  b64encode: usual('', (input) => Buffer.from(textOf(input)).toString('base64')),
  b64decode: usual('', (input) => decoded(textOf(input))),
};

function jsonOf(value: Value): Json {
  const settled = settle(value);
  if (isList(settled)) return settled.map(jsonOf);
  if (isDict(settled)) {
    const pairs = [...settled].map(([key, inner]) => [nameOf(key), jsonOf(inner)] as const);
    return new Map(pairs);
  }
  return settled instanceof Lookup ? refuseWhole(settled) : settled;
}

function nameOf(key: Key): string {
  return typeof key === 'number' ? floatText(key) : String(key);
}

/** As Python's `shlex.quote`. */
function quoted(text: string): string {
  if (text !== '' && /^[\w@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}

/** As Python reads base64: what is no letter of it is skipped, padding must fit, and it is UTF-8. */
function decoded(text: string): string {
  const letters = text.replace(/[^A-Za-z0-9+/=]/g, '');
  const content = withoutTrailing(letters, (each) => each === '=');
  if (letters.length % 4 !== 0 || content.includes('=')) {
    throw new Flaw('The text is not base64', 'Check it: its length is a multiple of 4.');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(content, 'base64'),
    );
  } catch {
    throw new Flaw('The decoded text is not UTF-8', 'Only texts can be used.');
  }
}

const FILE = 'text';

/** Reads a text as YAML or JSON, as inventories are read, but with no secrets in it. */
function readData(text: string, format: 'json' | 'yaml'): Value {
  if (format === 'json') requireJson(text);
  const problems = new Problems();
  const tree = parseYaml(text, FILE, { problems, warnings: new Problems() });
  const [problem] = problems.sorted;
  if (problem !== undefined || tree === undefined) {
    throw new Flaw('The text cannot be read as YAML', problem?.fix ?? 'Check it.');
  }
  if ([...leavesOf(tree)].some(({ value }) => value instanceof Secret)) {
    throw new Flaw('A text that is read as YAML has a secret in it', 'Write the secret out.');
  }
  return valueIn(tree, false);
}

function requireJson(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new Flaw('The text is not JSON', 'Check it; texts stand between double quotes.');
  }
}
