import { type Callable, usual, wholeOf } from '../callable.ts';
import { isNumber, numeric } from '../compare.ts';
import { Flaw } from '../flaw.ts';
import { type Content, isList, nameOfType, type Value } from '../value.ts';

/** Filters of numbers, and those that make numbers of texts. */
export const NUMBERS: Readonly<Record<string, Callable<Value>>> = {
  int: usual(
    'default? base?',
    (input, [otherwise = 0n, base = 10n]) => integerOf(input, wholeOf(base)) ?? otherwise,
  ),
  float: usual('default?', (input, [otherwise = 0]) => floatOf(input) ?? otherwise),
  abs: usual('', (input) => {
    const amount = amountOf(input);
    return amount < 0 ? -amount : amount;
  }),
  round: usual('precision? method?', (input, [precision = 0n, method = 'common']) =>
    rounded(amountOf(input), wholeOf(precision), method),
  ),
};

function amountOf(value: Content): bigint | number {
  if (isNumber(value)) return numeric(value);
  const fix = `It is ${nameOfType(value)}: convert it with | int or | float.`;
  throw new Flaw('The value is not a number', fix);
}

function integerOf(value: Content, base: number): bigint | undefined {
  if (typeof value === 'boolean') return BigInt(value);
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return truncated(value);
  if (typeof value !== 'string') return undefined;
  if (value.length > MOST_DIGITS) throw tooLong();
  return parsedInteger(value.trim().toLowerCase(), base) ?? truncated(floatOf(value) ?? NaN);
}

function truncated(value: number): bigint | undefined {
  if (Number.isNaN(value)) return undefined;
  if (Number.isFinite(value)) return BigInt(Math.trunc(value));
  throw new Flaw('Infinity is no whole number', 'Check the value.');
}

const PREFIXES: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 10: '', 16: '0x' };
const MOST_DIGITS = 4300;

function tooLong(): Flaw {
  return new Flaw('A text is too long for a number', `At most ${MOST_DIGITS} characters are read.`);
}

/** As Python's `int(text, base)`; undefined for what it refuses. */
function parsedInteger(text: string, base: number): bigint | undefined {
  const prefix = PREFIXES[base];
  if (prefix === undefined) throw new Flaw('A base is not supported', 'Give 2, 8, 10 or 16.');
  const [, sign, digits] =
    new RegExp(`^([-+]?)(?:${prefix})?([0-9a-f]+(?:_[0-9a-f]+)*)$`).exec(text) ?? [];
  const most = digits === undefined ? 0 : Number.parseInt([...digits].toSorted().at(-1) ?? '', 16);
  if (digits === undefined || most >= base) return undefined;
  const value = BigInt(prefix + digits.replaceAll('_', ''));
  return sign === '-' ? -value : value;
}

/** As Python's `float()`; undefined for what it refuses. */
function floatOf(value: Content): number | undefined {
  if (isNumber(value)) return Number(value);
  if (typeof value !== 'string') return undefined;
  if (value.length > MOST_DIGITS) throw tooLong();
  const text = value.trim().toLowerCase();
  const word = /^([-+]?)(inf|infinity|nan)$/.exec(text);
  if (word) return (word[1] === '-' ? -1 : 1) * (word[2] === 'nan' ? NaN : Infinity);
  const digits =
    /^[-+]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[-+]?\d+(?:_\d+)*)?$/;
  return digits.test(text) ? Number(text.replaceAll('_', '')) : undefined;
}

function rounded(value: bigint | number, precision: number, method: Content): bigint | number {
  if (method !== 'common' && method !== 'ceil' && method !== 'floor') {
    throw new Flaw('The method of rounding is unknown', 'Write common, ceil or floor.');
  }
  if (precision < 0 || precision > 20) {
    throw new Flaw('The precision is out of range', 'Give 0 to 20.');
  }
  if (method === 'common')
    return typeof value === 'bigint' ? value : roundHalfEven(value, precision);
  const scale = 10 ** precision;
  const scaled = Number(value) * scale;
  return (method === 'ceil' ? Math.ceil(scaled) : Math.floor(scaled)) / scale;
}

/** Python's `round()`: to the nearest, and of two equally near ones to the even one. */
function roundHalfEven(value: number, precision: number): number {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e21) return value;
  const up = value.toFixed(precision);
  const exact = value.toFixed(100).replace(/0+$/, '');
  const [, rest = ''] = exact.split('.');
  const isTie = rest.length === precision + 1 && rest.endsWith('5');
  if (!isTie || Number(up.at(-1)) % 2 === 0) return Number(up);
  const step = 10 ** -precision;
  const even = Number((Math.abs(Number(up)) - step).toFixed(precision));
  return value < 0 ? -even : even;
}

/** Python's `sum()`: of numbers, from a start. */
export function sumOf(items: readonly Content[], start: Content): Value {
  if (isList(start)) throw new Flaw('Only numbers are summed up', 'Use | flatten for lists.');
  return items.reduce<bigint | number>((sum, item) => {
    const amount = amountOf(item);
    return typeof sum === 'bigint' && typeof amount === 'bigint'
      ? sum + amount
      : Number(sum) + Number(amount);
  }, amountOf(start));
}
