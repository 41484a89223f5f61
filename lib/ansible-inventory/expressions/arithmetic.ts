import { requireSize } from './budget.ts';
import { isNumber, numeric } from './compare.ts';
import { Flaw } from './flaw.ts';
import { formatPercent } from './format-percent.ts';
import type { Binary } from './syntax.ts';
import { type Content, isDict, isList, nameOfType, Tuple, type Value } from './value.ts';

type Operator = Exclude<Binary['operator'], 'and' | 'or'>;
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
      return power(left, right);
  }
}

function power(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) throw new Flaw('An exponent is negative', 'Divide by the power instead.');
  const bits = BigInt(base.toString(2).length) * exponent;
  return bits > 2n * MOST_BITS ? tooLarge() : bounded(base ** exponent);
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
    default:
      throw new Flaw(`Only whole numbers are taken for ${operator}`, 'Convert them with | int.');
  }
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
