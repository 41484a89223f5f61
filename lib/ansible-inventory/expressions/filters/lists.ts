import { itemsOf, partOf } from '../access.ts';
import { requireSize } from '../budget.ts';
import { type Callable, type Usual, usual, wholeOf } from '../callable.ts';
import { equal, isNumber, order, truth } from '../compare.ts';
import { Flaw } from '../flaw.ts';
import { textOf } from '../python-text.ts';
import {
  type Content,
  isDict,
  isList,
  Lookup,
  nameOfType,
  settle,
  Undefined,
  type Value,
} from '../value.ts';
import { sumOf } from './numbers.ts';

/** Filters of lists. */
export const LISTS: Readonly<Record<string, Callable<Value>>> = {
  first: usual('', (input) => endOf(itemsOf(input), 0)),
  last: usual('', (input) => endOf(itemsOf(input), -1)),
  length: usual('', (input) => sizeOf(input)),
  count: usual('', (input) => sizeOf(input)),
  list: usual('', (input) => [...itemsOf(input)]),
  reverse: usual('', (input) => {
    const items = [...itemsOf(input)].reverse();
    return typeof input === 'string' ? items.join('') : items;
  }),
  join: usual('d? attribute?', (input, [separator = '', attribute]) => {
    const between = textOf(separator);
    const texts = itemsOf(input)
      .map(partOf(attribute))
      .map((item) => textOf(item));
    requireSize(texts.reduce((sum, text) => sum + text.length + between.length, 0));
    return texts.join(between);
  }),
  sort: usual(
    'reverse? case_sensitive? attribute?',
    (input, [reverse = false, exact = false, attribute]) => {
      const keys = keysOf(attribute, truth(exact));
      const sign = truth(reverse) ? -1 : 1;
      const ranked = itemsOf(input).map((item) => ({ item, key: keys(item) }));
      ranked.sort((one, other) => sign * order(one.key, other.key));
      return ranked.map(({ item }) => item);
    },
  ),
  min: usual('case_sensitive? attribute?', (input, [exact = false, attribute]) =>
    extreme(input, -1, partKeys(attribute, truth(exact))),
  ),
  max: usual('case_sensitive? attribute?', (input, [exact = false, attribute]) =>
    extreme(input, 1, partKeys(attribute, truth(exact))),
  ),
  sum: usual('attribute? start?', (input, [attribute, start = 0n]) =>
    sumOf(itemsOf(input).map(partOf(attribute)).map(settle), start),
  ),
  flatten: usual('levels? skip_nulls?', (input, [levels = null, skip = true]) =>
    flattened(itemsOf(input), levels === null ? Infinity : wholeOf(levels), truth(skip)),
  ),
};

function endOf(items: readonly Value[], index: 0 | -1): Value {
  const found = items.at(index);
  return found === undefined ? empty() : found;
}

function empty(): Undefined {
  const fix = 'Give it an item, or a default: | default(…).';
  return new Undefined(new Flaw('The list has no items', fix));
}

function sizeOf(input: Content): bigint {
  if (isDict(input)) return BigInt(input.size);
  if (input instanceof Lookup) return BigInt([...input.keys()].length);
  if (isList(input) || typeof input === 'string') return BigInt(itemsOf(input).length);
  throw new Flaw('The value has no length', `It is ${nameOfType(input)}.`);
}

function folded(value: Value, exact: boolean): Value {
  const settled = settle(value);
  return typeof settled === 'string' && !exact ? settled.toLowerCase() : settled;
}

/** Sort keys: one for each of the attributes with commas between them. */
function keysOf(attribute: Content | undefined, exact: boolean): (item: Value) => Value {
  const paths = typeof attribute === 'string' ? attribute.split(',') : [attribute];
  const parts = paths.map((path) => partKeys(path, exact));
  return (item) => parts.map((part) => part(item));
}

function partKeys(attribute: Content | undefined, exact: boolean): (item: Value) => Value {
  const part = partOf(attribute);
  return (item) => folded(part(item), exact);
}

function extreme(input: Content, sign: number, keyOf: (item: Value) => Value): Value {
  let best: { readonly item: Value; readonly key: Value } | undefined;
  for (const item of itemsOf(input)) {
    const key = keyOf(item);
    if (best === undefined || sign * order(key, best.key) > 0) best = { item, key };
  }
  return best === undefined ? empty() : best.item;
}

function flattened(items: readonly Value[], levels: number, skip: boolean): readonly Value[] {
  return items.flatMap((item) => {
    const settled = settle(item);
    if (skip && (settled === null || settled === 'None' || settled === 'null')) return [];
    return isList(settled) && levels >= 1 ? flattened(settled, levels - 1, skip) : [settled];
  });
}

/** Filters that take lists as sets, in the order of the first. */
export const SETS: Readonly<Record<string, Callable<Value>>> = {
  unique: usual('case_sensitive? attribute?', (input, [exact = null, attribute = null]) =>
    unique(itemsOf(input), { exact: truth(exact), part: partOf(attribute) }),
  ),
  union: ofTwo((one, other) => [...one, ...other]),
  intersect: ofTwo((one, other, holds) => one.filter((item) => holds(other, item))),
  difference: ofTwo((one, other, holds) => one.filter((item) => !holds(other, item))),
};

type Holds = (items: readonly Value[], item: Value) => boolean;

function ofTwo(
  choose: (one: readonly Value[], other: readonly Value[], holds: Holds) => readonly Value[],
): Usual<Value> {
  return usual('b', (input, [other = null]) => {
    for (const side of [input, other]) {
      if (isList(side)) continue;
      throw new Flaw('Only lists are taken as sets', `This is ${nameOfType(side)}.`);
    }
    const holds: Holds = (items, item) => items.some((each) => equal(each, item));
    const chosen = choose(itemsOf(input), itemsOf(other), holds);
    return unique(chosen, { exact: true, part: (item) => item });
  });
}

interface Uniqueness {
  readonly exact: boolean;
  readonly part: (item: Value) => Value;
}

/** Each value once. Lists and mappings among them make Ansible compare texts exactly. */
function unique(items: readonly Value[], { exact, part }: Uniqueness): readonly Value[] {
  const keyed = items.map((item) => ({ item, key: settle(part(item)) }));
  if (keyed.some(({ key }) => isList(key) || isDict(key))) return uniqueByContent(items);
  const seen = new Set<string>();
  return keyed
    .filter(({ key }) => {
      const mark = markOf(key, exact);
      return !seen.has(mark) && seen.add(mark);
    })
    .map(({ item }) => item);
}

function uniqueByContent(items: readonly Value[]): readonly Value[] {
  const kept: Value[] = [];
  for (const item of items) {
    if (!kept.some((other) => equal(item, other))) kept.push(item);
  }
  return kept;
}

function markOf(key: Value, exact: boolean): string {
  if (typeof key === 'string') return `text ${exact ? key : key.toLowerCase()}`;
  return isNumber(key)
    ? `number ${Number(key)} ${Number.isSafeInteger(Number(key)) ? '' : key}`
    : `${key}`;
}
