import { floatText } from '../expressions/python-text.ts';

/** What JSON can say, with the numbers of Python: a number is a float, a bigint an int. */
export type Json =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly Json[]
  | ReadonlyMap<string, Json>;

/** As the arguments of the same names of Python's json.dumps. */
interface JsonForm {
  /** Blanks for each level; all on one line without it. */
  readonly indent?: number;
  readonly sortKeys?: boolean;
  readonly ensureAscii?: boolean;
}

/** The text that Python's json.dumps gives. */
export function jsonText(json: Json, form: JsonForm, level = 0): string {
  if (typeof json === 'string') return quoted(json, form);
  if (typeof json === 'number') return numberText(json);
  const place = { indent: form.indent, level };
  if (isArray(json)) {
    const items = json.map((item) => jsonText(item, form, level + 1));
    return enclosed(['[', ']'], items, place);
  }
  if (!(json instanceof Map)) return String(json);
  const entries = [...(json as ReadonlyMap<string, Json>)];
  if (form.sortKeys) entries.sort(([one], [other]) => (one < other ? -1 : 1));
  const pairs = entries.map(
    ([name, value]) => `${quoted(name, form)}: ${jsonText(value, form, level + 1)}`,
  );
  return enclosed(['{', '}'], pairs, place);
}

function isArray(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

function enclosed(
  [open, close]: readonly [string, string],
  parts: readonly string[],
  { indent, level }: { readonly indent: number | undefined; readonly level: number },
): string {
  if (parts.length === 0 || indent === undefined) return `${open}${parts.join(', ')}${close}`;
  const line = `\n${' '.repeat(indent * level)}`;
  const inner = `${line}${' '.repeat(indent)}`;
  return `${open}${inner}${parts.join(`,${inner}`)}${line}${close}`;
}

function quoted(text: string, { ensureAscii }: JsonForm): string {
  const escaped = JSON.stringify(text);
  if (!ensureAscii) return escaped;
  return escaped.replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** What JSON has no word for is a number too large for any reader, or null, as in Ansible's lists. */
function numberText(value: number): string {
  if (Number.isNaN(value)) return 'null';
  if (!Number.isFinite(value)) return value < 0 ? '-1e999' : '1e999';
  return floatText(value);
}
