import type { Callable, Usual } from '../callable.ts';
import { equal, isNumber, truth } from '../compare.ts';
import { Flaw } from '../flaw.ts';
import { itemsOf, partOf } from '../items.ts';
import { isDict, isList, nameOfType, settle, type Value } from '../value.ts';

/** Filters that take lists as sets, in the order of the first. */
export const SETS: Readonly<Record<string, Callable<Value>>> = {
  unique: {
    parameters: 'case_sensitive? attribute?',
    run: (input, [exact = null, attribute = null]) =>
      unique(itemsOf(input), { exact: truth(exact), part: partOf(attribute) }),
  },
  union: ofTwo((one, other) => [...one, ...other]),
  intersect: ofTwo((one, other, holds) => one.filter((item) => holds(other, item))),
  difference: ofTwo((one, other, holds) => one.filter((item) => !holds(other, item))),
};

type Holds = (items: readonly Value[], item: Value) => boolean;

function ofTwo(
  choose: (one: readonly Value[], other: readonly Value[], holds: Holds) => readonly Value[],
): Usual<Value> {
  return {
    parameters: 'b',
    run(input, [other = null]) {
      for (const side of [input, other]) {
        if (isList(side)) continue;
        throw new Flaw('Only lists are taken as sets', `This is ${nameOfType(side)}.`);
      }
      const holds: Holds = (items, item) => items.some((each) => equal(each, item));
      const chosen = choose(itemsOf(input), itemsOf(other), holds);
      return unique(chosen, { exact: true, part: (item) => item });
    },
  };
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
