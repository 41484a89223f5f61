import { requireSize } from './budget.ts';
import { isNumber, numeric } from './compare.ts';
import { fixedText } from './fixed-text.ts';
import { Flaw } from './flaw.ts';
import { textOf } from './python-text.ts';
import { nameOfType, settle, type Value } from './value.ts';

const WIDEST = 1000;

interface Conversion {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly type: string;
}

/** Python's `text % values`, with the conversions s, d, i, x, X, o and f. Throws a Flaw for others. */
export function formatPercent(format: string, values: readonly Value[]): string {
  let next = 0;
  const pattern = /%([-+ 0#]*)(\d*)(?:\.(\d+))?(.?)/gsu;
  const result = format.replace(
    pattern,
    (_, flags: string, width: string, precision: string | undefined, type: string) => {
      if (type === '%') return '%';
      const value = values[next];
      if (value === undefined) throw countFlaw('The format asks for more values than there are');
      next += 1;
      const text = convert(value, {
        flags,
        type,
        width: sizeOf(width),
        precision: precision === undefined ? undefined : sizeOf(precision),
      });
      requireSize(text.length);
      return text;
    },
  );
  if (next < values.length) throw countFlaw('The format has no place for all values');
  return result;
}

function countFlaw(what: string): Flaw {
  return new Flaw(what, 'Write one conversion, such as %s, for each value.');
}

function sizeOf(digits: string): number {
  const size = Number(digits);
  if (size <= WIDEST) return size;
  throw new Flaw('A width of the format is too large', `At most ${WIDEST} is allowed.`);
}

function convert(value: Value, conversion: Conversion): string {
  const { flags, width, precision, type } = conversion;
  if (type === 's') {
    const text = [...textOf(value)].slice(0, precision).join('');
    return pad(text, '', { ...conversion, flags: flags.replace('0', '') });
  }
  const [sign, digits] = digitsOf(value, type, precision ?? 6);
  const shown = sign || (flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '');
  const prefix = flags.includes('#') && /[xXo]/.test(type) ? `0${type}` : '';
  const long = type === 'f' ? digits : digits.padStart(precision ?? 0, '0');
  return pad(long, shown + prefix, { flags, width, precision, type });
}

function digitsOf(value: Value, type: string, precision: number): readonly [string, string] {
  const settled = settle(value);
  if (!['d', 'i', 'x', 'X', 'o', 'f'].includes(type)) {
    const fix = 'Write %s, %d, %x, %X, %o or %f.';
    throw new Flaw(`The conversion %${type} is not supported`, fix);
  }
  if (!isNumber(settled)) {
    throw new Flaw(`The value for %${type} is not a number`, `It is ${nameOfType(settled)}.`);
  }
  const amount = numeric(settled);
  if (type === 'f') {
    const number = Number(amount);
    const isNegative = number < 0 || Object.is(number, -0);
    return [isNegative ? '-' : '', fixedText(Math.abs(number), precision)];
  }
  if (typeof amount === 'number' && type !== 'd' && type !== 'i') {
    throw new Flaw(`The value for %${type} is not a whole number`, 'Convert it with | int.');
  }
  const whole = typeof amount === 'number' ? BigInt(Math.trunc(amount)) : amount;
  const base = type === 'o' ? 8 : /x/i.test(type) ? 16 : 10;
  const text = (whole < 0n ? -whole : whole).toString(base);
  return [whole < 0n ? '-' : '', type === 'X' ? text.toUpperCase() : text];
}

function pad(text: string, sign: string, { flags, width }: Conversion): string {
  const missing = Math.max(0, width - [...text].length - sign.length);
  if (flags.includes('-')) return sign + text + ' '.repeat(missing);
  return flags.includes('0')
    ? sign + '0'.repeat(missing) + text
    : ' '.repeat(missing) + sign + text;
}
