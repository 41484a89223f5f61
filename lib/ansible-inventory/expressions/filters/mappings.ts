import { itemsOf } from '../access.ts';
import { bind, type Callable, usual } from '../callable.ts';
import { truth } from '../compare.ts';
import { Flaw } from '../flaw.ts';
import {
  type Dict,
  dictOf,
  isDict,
  isList,
  nameOfType,
  settle,
  type Value,
  valueUnder,
} from '../value.ts';

/** Filters of mappings. */
export const MAPPINGS: Readonly<Record<string, Callable<Value>>> = {
  dict2items: usual('key_name? value_name?', (input, [keyName = 'key', valueName = 'value']) =>
    [...mappingOf(input)].map(([key, value]) =>
      dictOf([
        [keyName, key],
        [valueName, value],
      ]),
    ),
  ),
  items2dict: usual('key_name? value_name?', (input, [keyName = 'key', valueName = 'value']) => {
    const field = (item: Value, name: Value) => {
      const value = valueUnder(mappingOf(item), settle(name) as string);
      if (value !== undefined) return value;
      throw new Flaw('An item lacks its key or its value', 'Give each item both.');
    };
    return dictOf(itemsOf(input).map((item) => [field(item, keyName), field(item, valueName)]));
  }),
  combine: {
    special(input, { positional, named }) {
      const options = { positional: [], named };
      const [recursive = false, lists = 'replace'] = bind(
        'recursive? list_merge?',
        options,
        'The filter combine',
      );
      const merge = { recursive: truth(recursive), lists: settle(lists) };
      const terms = [input, ...positional]
        .map(settle)
        .flatMap((term) => (isList(term) ? term : [term]));
      const dicts = terms.map(mappingOf);
      return dicts.reduceRight(
        (winner, dict) => merged(dict, winner, merge),
        dicts.pop() ?? new Map(),
      );
    },
  },
};

function mappingOf(value: Value): Dict {
  const settled = settle(value);
  if (isDict(settled)) return settled;
  throw new Flaw('The value is not a mapping', `It is ${nameOfType(settled)}.`);
}

interface Merge {
  readonly recursive: boolean;
  readonly lists: Value;
}

function merged(under: Dict, over: Dict, merge: Merge): Dict {
  if (under.size === 0) return over;
  return dictOf([
    ...under,
    ...[...over].map(([key, value]) => {
      const hidden = valueUnder(under, key);
      return [key, hidden === undefined ? value : mergedValue(hidden, value, merge)] as const;
    }),
  ]);
}

function mergedValue(under: Value, over: Value, merge: Merge): Value {
  if (isDict(under) && isDict(over)) return merge.recursive ? merged(under, over, merge) : over;
  return isList(under) && isList(over) ? mergedList(under, over, merge) : over;
}

function mergedList(under: readonly Value[], over: readonly Value[], { lists }: Merge): Value {
  if (lists === 'replace') return over;
  if (lists === 'append') return [...under, ...over];
  throw new Flaw('The way to merge lists is not supported', 'Write replace or append.');
}
