import { requireSize } from './budget.ts';
import { isNumber, numeric } from './compare.ts';
import { Flaw } from './flaw.ts';
import { formatPercent } from './format-percent.ts';
import type { BinaryNode } from './syntax.ts';
import { type Content, isDict, isList, nameOfType, Tuple, type Value } from './value.ts';

export type Operator = Exclude<BinaryNode['operator'], 'and' | 'or'>;
type Amount = bigint | number;

/** Python's int has no limit; its text has one. */
const MOST_BITS = 14_000n;

/** Works out one operation by Python's rules. Throws a Flaw where Python has none for the types. */
export function operate(operator: Operator, left: Content, right: Content): Value {
  if (isNumber(left) && isNumber(right)) return calculate(operator, numeric(left), numeric(right));
  if (operator === '+') {
    if (typeof left === 'string' && typeof right === 'string') return joined(left, right);
    if (isList(left) && isList(right) && left instanceof Tuple === right instanceof Tuple) {
      return left instanceof Tuple ? Tuple.from([...left, ...right]) : [...left, ...right];
    }
  }
  if (operator === '%' && typeof left === 'string') {
    const values = right instanceof Tuple ? right : [right];
    return formatPercent(left, values);
  }
  if (operator === '*') {
    if (typeof right === 'bigint') return repeated(left, right) ?? unfit(operator, left, right);
    if (typeof left === 'bigint') return repeated(right, left) ?? unfit(operator, left, right);
  }
  return unfit(operator, left, right);
}

function unfit(operator: Operator, left: Content, right: Content): never {
  const fix = `They are ${nameOfType(left)} and ${nameOfType(right)}: convert one with a filter${
    operator === '+' && !isList(left) && !isDict(left) ? ', or join texts with ~' : ''
  }.`;
  throw new Flaw(`The values of ${operator} do not fit together`, fix);
}

function joined(left: string, right: string): string {
  requireSize(left.length + right.length);
  return left + right;
}

/** Long lists are looked through item by item: each counts for so many characters. */
const ITEM = 64;

function repeated(value: Content, times: bigint): Value | undefined {
  const size = typeof value === 'string' || isList(value) ? value.length : undefined;
  if (size === undefined) return undefined;
  const count = times < 0n ? 0 : Number(times);
  requireSize(size * count * (typeof value === 'string' ? 1 : ITEM));
  if (typeof value === 'string') return value.repeat(size === 0 ? 0 : count);
  if (!isList(value) || size === 0) return [];
  return Array.from({ length: size * count }, (_, index) => value[index % size] ?? null);
}

function calculate(operator: Operator, left: Amount, right: Amount): Amount {
  if (typeof left === 'bigint' && typeof right === 'bigint')
    return ofIntegers(operator, left, right);
  return ofFloats(operator, Number(left), Number(right));
}

function ofIntegers(operator: Operator, left: bigint, right: bigint): Amount {
  switch (operator) {
    case '+':
      return bounded(left + right);
    case '-':
      return bounded(left - right);
    case '*':
      return bounded(left * right);
    case '/':
      return ofFloats('/', Number(left), Number(right));
    case '//':
      return floorQuotient(left, nonZero(right));
    case '%':
      return left - floorQuotient(left, nonZero(right)) * right;
    case '**':
      return right < 0n ? ofFloats('**', Number(left), Number(right)) : power(left, right);
  }
}

function power(base: bigint, exponent: bigint): bigint {
  const bits = BigInt(base.toString(2).length);
  if (base !== 0n && base !== 1n && base !== -1n && bits * exponent > MOST_BITS * 2n) tooLarge();
  return bounded(base ** (bits === 1n && base !== 0n ? exponent % 2n : exponent));
}

function bounded(value: bigint): bigint {
  return value > LIMIT || value < -LIMIT ? tooLarge() : value;
}

const LIMIT = 1n << MOST_BITS;

function tooLarge(): never {
  throw new Flaw('A number is too large', 'At most 4200 digits are worked out.');
}

function floorQuotient(left: bigint, right: bigint): bigint {
  const quotient = left / right;
  return left % right !== 0n && left < 0n !== right < 0n ? quotient - 1n : quotient;
}

function nonZero<A extends Amount>(value: A): A {
  if (Number(value) === 0)
    throw new Flaw('A number is divided by zero', 'Check what stands on the right.');
  return value;
}

function ofFloats(operator: Operator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / nonZero(right);
    case '//':
      return floatFloor(left, nonZero(right));
    case '%':
      return modulo(left, nonZero(right));
    case '**':
      return realPower(left, right);
  }
}

/** The remainder with the sign of the divisor, as Python has it. */
function modulo(left: number, right: number): number {
  const rest = left % right;
  if (rest === 0) return right < 0 ? -0 : 0;
  return rest < 0 !== right < 0 ? rest + right : rest;
}

/** CPython's float_floor_div: the quotient of what the remainder leaves, rounded to a whole number. */
function floatFloor(left: number, right: number): number {
  const rest = left % right;
  const isBelow = rest !== 0 && rest < 0 !== right < 0;
  const quotient = (left - rest) / right - (isBelow ? 1 : 0);
  if (quotient === 0) return 0 * (left / right);
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

function realPower(left: number, right: number): number {
  if (left === 0 && right < 0) return nonZero(0);
  const result = left ** right;
  if (Number.isFinite(left) && Number.isFinite(right) && !Number.isFinite(result)) {
    const fix = Number.isNaN(result)
      ? 'A root of a negative number is no number.'
      : 'Make it smaller.';
    throw new Flaw('A power has no number for a result', fix);
  }
  return result;
}

/** A number with its sign changed or kept. */
export function signed(operator: '-' | '+', value: Content): Amount {
  if (!isNumber(value)) {
    const fix = `It is ${nameOfType(value)}: convert it with | int or | float.`;
    throw new Flaw(`The value of ${operator} is not a number`, fix);
  }
  const amount = numeric(value);
  return operator === '-' ? -amount : amount;
}
