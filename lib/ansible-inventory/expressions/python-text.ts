import { requireSizeOf } from './budget.ts';
import { Flaw } from './flaw.ts';
import { isDict, isList, Lookup, refuseWhole, settle, Tuple, type Value } from './value.ts';

/** What Python's `str()` makes of a value. */
export function textOf(value: Value): string {
  const settled = settle(value);
  if (typeof settled === 'string') return settled;
  requireSizeOf(settled);
  return represent(settled);
}

/** A result as the text of a secret: what is no text has none, but for numbers and booleans. */
export function secretText(value: Value): string {
  const settled = settle(value);
  if (!isList(settled) && !isDict(settled)) return textOf(settled);
  const fix = 'Take a part of it: a text, a number or a boolean.';
  throw new Flaw('An expression over a secret gives a collection', fix);
}

/** What Python's `repr()` makes of a value. */
function represent(value: Value): string {
  const settled = settle(value);
  if (isList(settled)) return listText(settled);
  if (isDict(settled)) return dictText(settled);
  if (settled instanceof Lookup) refuseWhole(settled);
  if (typeof settled === 'string') return quoted(settled);
  if (typeof settled === 'boolean') return settled ? 'True' : 'False';
  if (settled === null) return 'None';
  return typeof settled === 'number' ? floatText(settled) : String(settled);
}

function listText(list: readonly Value[]): string {
  const inner = list.map((item) => represent(item)).join(', ');
  if (!(list instanceof Tuple)) return `[${inner}]`;
  return list.length === 1 ? `(${inner},)` : `(${inner})`;
}

function dictText(dict: ReadonlyMap<Value, Value>): string {
  const pairs = [...dict].map(([key, value]) => `${represent(key)}: ${represent(value)}`);
  return `{${pairs.join(', ')}}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, escapeOf);
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

function escapeOf(character: string): string {
  const known = ESCAPES[character];
  if (known !== undefined) return known;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** Python's shortest text of a float: it changes to exponents at other sizes than JavaScript. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [digits = '', power = '0'] = Math.abs(value).toExponential().split('e');
  const exponent = Number(power);
  if (value !== 0 && (exponent < -4 || exponent >= 16)) {
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${digits}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  const written = String(Math.abs(value));
  return `${sign}${written.includes('.') ? written : `${written}.0`}`;
}

/** A text without the characters at its end that fit. A regular expression would take long for some. */
export function withoutTrailing(text: string, fits: (character: string) => boolean): string {
  let end = text.length;
  while (end > 0 && fits(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** How many newlines a text ends with. */
export function trailingNewlines(text: string): number {
  return text.length - withoutTrailing(text, (character) => character === '\n').length;
}
