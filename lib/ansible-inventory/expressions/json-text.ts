import { requireSize } from './budget.ts';
import { order } from './compare.ts';
import { Flaw } from './flaw.ts';
import { floatText } from './python-text.ts';
import { type Dict, isDict, isList, type Key, Lookup, settle, type Value } from './value.ts';

export interface JsonForm {
  /** Spaces for each level; all on one line without it. */
  readonly indent: number | undefined;
  readonly sorted: boolean;
  readonly ascii: boolean;
}

/** JSON as Python writes it. */
export function jsonOf(value: Value, form: JsonForm, level = 0): string {
  const settled = settle(value);
  if (settled instanceof Lookup) {
    throw new Flaw(`${settled.name} cannot be used as a whole`, `Take ${settled.name}['name'].`);
  }
  if (!isList(settled) && !isDict(settled)) return scalar(settled, form);
  const inner = isList(settled)
    ? settled.map((item) => jsonOf(item, form, level + 1))
    : pairs(settled, form, level + 1);
  const [open, close] = isList(settled) ? '[]' : '{}';
  const text = `${open}${between(inner, form, level)}${close}`;
  requireSize(text.length);
  return text;
}

function between(parts: readonly string[], { indent }: JsonForm, level: number): string {
  if (parts.length === 0 || indent === undefined) return parts.join(', ');
  const line = `\n${' '.repeat(indent * (level + 1))}`;
  return `${line}${parts.join(`,${line}`)}\n${' '.repeat(indent * level)}`;
}

function pairs(dict: Dict, form: JsonForm, level: number): readonly string[] {
  const entries = [...dict];
  if (form.sorted) entries.sort(([one], [other]) => order(one, other));
  return entries.map(([key, value]) => {
    const name = typeof key === 'string' ? key : scalar(key, form);
    return `${quoted(name, form)}: ${jsonOf(value, form, level)}`;
  });
}

function scalar(value: Key, form: JsonForm): string {
  if (typeof value === 'string') return quoted(value, form);
  if (typeof value !== 'number') return String(value);
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? floatText(value) : String(value);
}

function quoted(text: string, { ascii }: JsonForm): string {
  const escaped = JSON.stringify(text);
  if (!ascii) return escaped;
  return escaped.replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
