import { Secret } from '#engine/model/secret.ts';
import { itemsOf } from './access.ts';
import { operate } from './arithmetic.ts';
import { bind, type Callable, type Given, type Usual, usual } from './callable.ts';
import { contains, HOLDS, isNumber, truth } from './compare.ts';
import { patternTest } from './filters/patterns.ts';
import {
  type Content,
  isDict,
  isList,
  Lookup,
  settle,
  Tuple,
  Undefined,
  type Value,
} from './value.ts';

/** The tests that expressions may use, by name. */
export const TESTS: ReadonlyMap<string, Callable<boolean>> = new Map<string, Callable<boolean>>([
  ['defined', { special: (value) => !(value instanceof Undefined) }],
  ['undefined', { special: (value) => value instanceof Undefined }],
  ['none', ofType((value) => value === null)],
  ['boolean', ofType((value) => typeof value === 'boolean')],
  ['true', ofType((value) => value === true)],
  ['false', ofType((value) => value === false)],
  ['integer', ofType((value) => typeof value === 'bigint')],
  ['float', ofType((value) => typeof value === 'number')],
  ['number', ofType(isNumber)],
  ['string', ofType((value) => typeof value === 'string')],
  ['mapping', ofType((value) => isDict(value) || value instanceof Lookup)],
  ['sequence', ofType(isSequence)],
  ['iterable', ofType(isSequence)],
  ['lower', usual('', (value) => isCased(value, (text) => text.toLowerCase()))],
  ['upper', usual('', (value) => isCased(value, (text) => text.toUpperCase()))],
  ['odd', usual('', (value) => operate('%', value, 2n) === 1n)],
  ['even', usual('', (value) => operate('%', value, 2n) === 0n)],
  ['divisibleby', usual('num', (value, [divisor = null]) => operate('%', value, divisor) === 0n)],
  ['in', usual('seq', (value, [seq = null]) => contains(seq, value))],
  ['contains', usual('value', (seq, [value = null]) => contains(seq, value))],
  ...named(['==', 'eq', 'equalto'], HOLDS['==']),
  ...named(['!=', 'ne'], HOLDS['!=']),
  ...named(['<', 'lt', 'lessthan'], HOLDS['<']),
  ...named(['<=', 'le'], HOLDS['<=']),
  ...named(['>', 'gt', 'greaterthan'], HOLDS['>']),
  ...named(['>=', 'ge'], HOLDS['>=']),
  ...named(['subset', 'issubset'], isSubset),
  ...named(['superset', 'issuperset'], (value, other) => isSubset(other, value)),
  ['any', usual('', (value) => itemsOf(value).some(truth))],
  ['all', usual('', (value) => itemsOf(value).every(truth))],
  ['match', patternTest(false)],
  ['search', patternTest(true)],
  ['regex', patternTest(true)],
  ['truthy', usual('', truth)],
  ['falsy', usual('', (value) => !truth(value))],
]);

/** A test of the type alone: what is undefined has none, and a secret is a text. */
function ofType(test: (value: Content) => boolean): Callable<boolean> {
  const special = (value: Value, given: Given) => {
    bind('', given, 'The test');
    if (value instanceof Undefined) return false;
    return test(value instanceof Secret ? '' : settle(value));
  };
  return { special };
}

function named(
  names: readonly string[],
  test: (value: Content, other: Content) => boolean,
): readonly (readonly [string, Callable<boolean>])[] {
  const run: Usual<boolean>['run'] = (value, [other = null]) => test(value, other);
  return names.map((name) => [name, usual('other', run)]);
}

function isSequence(value: Content): boolean {
  return typeof value === 'string' || isList(value) || isDict(value) || value instanceof Lookup;
}

function isCased(value: Content, change: (text: string) => string): boolean {
  const text = typeof value === 'string' ? value : '';
  return text === change(text) && text.toLowerCase() !== text.toUpperCase();
}

function isSubset(part: Content, whole: Content): boolean {
  const inside = Tuple.from(itemsOf(whole));
  return itemsOf(part).every((item) => contains(inside, item));
}
