import { requireSize } from './budget.ts';
import { isNumber, numeric } from './compare.ts';
import { Flaw } from './flaw.ts';
import { textOf } from './python-text.ts';
import { nameOfType, settle, type Value } from './value.ts';

const WIDEST = 1000;

/** Python's `text % values`, with %s, %d and a width, as in %02d. Throws a Flaw for others. */
export function formatPercent(format: string, values: readonly Value[]): string {
  const left = [...values];
  let length = format.length;
  const result = format.replace(/%(0?)(\d*)(.?)/gsu, (_, zero, digits, type) => {
    if (type === '%') return '%';
    const value = left.shift();
    if (value === undefined) throw countFlaw('The format asks for more values than there are');
    const width = widthOf(digits);
    const text = type === 's' ? textOf(value).padStart(width) : whole(value, type, { width, zero });
    length += text.length;
    requireSize(length);
    return text;
  });
  if (left.length > 0) throw countFlaw('The format has no place for all values');
  return result;
}

function countFlaw(what: string): Flaw {
  return new Flaw(what, 'Write one conversion, such as %s, for each value.');
}

function widthOf(digits: string): number {
  const width = Number(digits);
  if (width <= WIDEST) return width;
  throw new Flaw('A width of the format is too large', `At most ${WIDEST} is allowed.`);
}

interface Form {
  readonly width: number;
  /** 0, or nothing: what is missing to the width are blanks. */
  readonly zero: string;
}

function whole(value: Value, type: string, { width, zero }: Form): string {
  if (type !== 'd')
    throw new Flaw(`The conversion %${type} is not supported`, 'Write %s, %d or %02d.');
  const settled = settle(value);
  const amount = isNumber(settled) ? numeric(settled) : undefined;
  if (amount === undefined || (typeof amount === 'number' && !Number.isFinite(amount)))
    throw new Flaw('The value for %d is not a number', `It is ${nameOfType(settled)}.`);
  const text = String(typeof amount === 'number' ? BigInt(Math.trunc(amount)) : amount);
  if (zero === '') return text.padStart(width);
  const sign = text.startsWith('-') ? '-' : '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}
