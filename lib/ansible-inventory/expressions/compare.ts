import { Flaw } from './flaw.ts';
import type { Comparison } from './syntax.ts';
import {
  type Dict,
  isDict,
  isKey,
  isList,
  Lookup,
  nameOfType,
  settle,
  Tuple,
  type Value,
  valueUnder,
} from './value.ts';

type Holds = (left: Value, right: Value) => boolean;

/** Whether a comparison of two values holds. They throw a Flaw where Python has no order. */
export const HOLDS: Readonly<Record<Comparison['operator'], Holds>> = {
  '==': equal,
  '!=': (left, right) => !equal(left, right),
  '<': (left, right) => order(left, right) < 0,
  '<=': (left, right) => order(left, right) <= 0,
  '>': (left, right) => order(left, right) > 0,
  '>=': (left, right) => order(left, right) >= 0,
  in: (left, right) => contains(right, left),
  'not in': (left, right) => !contains(right, left),
};

/** Whether Python takes two values for equal: 1, 1.0 and true are, "1" is not. */
export function equal(one: Value, other: Value): boolean {
  const [left, right] = [settle(one), settle(other)];
  if (isList(left) && isList(right)) return equalLists(left, right);
  if (isDict(left) && isDict(right)) return equalDicts(left, right);
  if (isNumber(left) && isNumber(right)) return sameAmount(numeric(left), numeric(right));
  return left === right;
}

function equalLists(left: readonly Value[], right: readonly Value[]): boolean {
  if (left.length !== right.length || left instanceof Tuple !== right instanceof Tuple)
    return false;
  return left.every((item, index) => equal(item, right[index] ?? null));
}

function equalDicts(left: Dict, right: Dict): boolean {
  if (left.size !== right.size) return false;
  return [...left].every(([key, value]) => {
    const other = valueUnder(right, key);
    return other !== undefined && equal(value, other);
  });
}

/** The order of two values, below 0 when the first comes first. Throws for values without an order. */
export function order(one: Value, other: Value): number {
  const [left, right] = [settle(one), settle(other)];
  if (isNumber(left) && isNumber(right)) return sign(numeric(left), numeric(right));
  if (typeof left === 'string' && typeof right === 'string') return orderOfTexts(left, right);
  if (isList(left) && isList(right) && left instanceof Tuple === right instanceof Tuple)
    return orderOfLists(left, right);
  const fix = `One is ${nameOfType(left)}, the other ${nameOfType(right)}: convert one with a filter.`;
  throw new Flaw('Two values have no order', fix);
}

function orderOfLists(left: readonly Value[], right: readonly Value[]): number {
  for (const [index, item] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (!equal(item, other)) return order(item, other);
  }
  return left.length - right.length;
}

/** By code points, as Python does; JavaScript's own order differs beyond U+FFFF. */
function orderOfTexts(left: string, right: string): number {
  let index = 0;
  while (index < left.length && left[index] === right[index]) index += 1;
  if (index >= left.length || index >= right.length) return left.length - right.length;
  return (left.codePointAt(index) ?? 0) - (right.codePointAt(index) ?? 0);
}

function sign(left: bigint | number, right: bigint | number): number {
  if (left < right) return -1;
  return left > right ? 1 : 0;
}

/** Python's `in`. */
export function contains(container: Value, item: Value): boolean {
  const [inside, wanted] = [settle(container), settle(item)];
  if (isList(inside)) return inside.some((each) => equal(each, wanted));
  if (isDict(inside)) return isKey(wanted) && valueUnder(inside, wanted) !== undefined;
  if (inside instanceof Lookup)
    return typeof wanted === 'string' && inside.get(wanted) !== undefined;
  if (typeof inside === 'string' && typeof wanted === 'string') {
    return inside.includes(wanted);
  }
  const fix = `Look for a text in a text, a list or a mapping; this is ${nameOfType(wanted)} in ${nameOfType(inside)}.`;
  throw new Flaw('Nothing can be looked for in this value', fix);
}

export function truth(value: Value): boolean {
  const settled = settle(value);
  if (isList(settled)) return settled.length > 0;
  if (isDict(settled)) return settled.size > 0;
  return settled instanceof Lookup || Number.isNaN(settled) || Boolean(settled);
}

export function isNumber(value: Value): value is bigint | number | boolean {
  return typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean';
}

/** A boolean is a number to Python. */
export function numeric(value: bigint | number | boolean): bigint | number {
  return typeof value === 'boolean' ? BigInt(value) : value;
}

/** JavaScript compares an int and a float as Python does, but for `===`. */
function sameAmount(left: bigint | number, right: bigint | number): boolean {
  return left <= right && left >= right;
}
