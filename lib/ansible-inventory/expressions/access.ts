import { suggest } from '#engine/model/suggest.ts';
import { isKey, valueUnder } from './dict.ts';
import { Flaw } from './flaw.ts';
import {
  type Content,
  isDict,
  isList,
  Lookup,
  nameOfType,
  settle,
  Undefined,
  type Value,
} from './value.ts';

/** The Flaw of what is not defined; a default elsewhere may still take it. */
export class MissingFlaw extends Flaw {}

const METHODS: Readonly<Record<string, readonly string[]>> = {
  mapping: [
    'clear',
    'copy',
    'fromkeys',
    'get',
    'items',
    'keys',
    'pop',
    'popitem',
    'setdefault',
    'update',
    'values',
  ],
  list: [
    'append',
    'clear',
    'copy',
    'count',
    'extend',
    'index',
    'insert',
    'pop',
    'remove',
    'reverse',
    'sort',
  ],
  text: [
    ...[
      'capitalize',
      'casefold',
      'center',
      'count',
      'encode',
      'endswith',
      'expandtabs',
      'find',
      'format',
    ],
    ...[
      'format_map',
      'index',
      'isalnum',
      'isalpha',
      'isascii',
      'isdecimal',
      'isdigit',
      'isidentifier',
    ],
    ...[
      'islower',
      'isnumeric',
      'isprintable',
      'isspace',
      'istitle',
      'isupper',
      'join',
      'ljust',
      'lower',
    ],
    ...[
      'lstrip',
      'maketrans',
      'partition',
      'removeprefix',
      'removesuffix',
      'replace',
      'rfind',
      'rindex',
    ],
    ...[
      'rjust',
      'rpartition',
      'rsplit',
      'rstrip',
      'split',
      'splitlines',
      'startswith',
      'strip',
      'swapcase',
    ],
    ...['title', 'translate', 'upper', 'zfill'],
  ],
  number: [
    'as_integer_ratio',
    'bit_count',
    'bit_length',
    'conjugate',
    'denominator',
    'from_bytes',
    'fromhex',
    'hex',
    'imag',
    'is_integer',
    'numerator',
    'real',
    'to_bytes',
  ],
};

/** Jinja's `value.name`: a key of a mapping. A method of Python is a Flaw, all else is undefined. */
export function attribute(value: Value, name: string, at: number): Value {
  if (value instanceof Undefined && !value.blank) return value;
  const target = settle(value);
  if (methodsOf(target).includes(name)) {
    const fix = isDict(target) ? `For a key of that name write ['${name}'].` : `Use a filter.`;
    throw new Flaw(`${name} is a method of Python, which is not supported`, fix, at);
  }
  const part = found(target, name);
  if (part !== undefined) return part;
  return missing(target, name, { at, what: `The key ${name} is not there` });
}

/** Jinja's `value[key]`. What is not there is undefined; `name` is the key where the text has it. */
export function item(value: Value, key: Value, at?: number, name?: string): Value {
  if (value instanceof Undefined && !value.blank) return value;
  const target = settle(value);
  const wanted = settle(key);
  const part = found(target, wanted);
  if (part !== undefined) return part;
  return missing(target, wanted, {
    at,
    what: name === undefined ? 'A key or an item is not there' : `The key ${name} is not there`,
  });
}

function found(target: Content, key: Value): Value | undefined {
  if (target instanceof Lookup) return typeof key === 'string' ? target.get(key) : undefined;
  if (isDict(target)) return isKey(key) ? valueUnder(target, key) : undefined;
  if (typeof key !== 'bigint' && typeof key !== 'boolean') return undefined;
  const index = Number(key);
  if (isList(target)) return target.at(index);
  return typeof target === 'string' ? Array.from(target).at(index) : undefined;
}

function methodsOf(target: Content): readonly string[] {
  const type = nameOfType(target).split(' ').at(-1) ?? '';
  return METHODS[type === 'boolean' ? 'number' : type] ?? [];
}

interface Missing {
  readonly what: string;
  readonly at: number | undefined;
}

function missing(target: Content, key: Value, { what, at }: Missing): Undefined {
  const similar = typeof key === 'string' ? suggest(key, keysOf(target)) : undefined;
  const fix =
    similar === undefined
      ? `It is looked for in ${nameOfType(target)}. Give it, or a default: | default(…).`
      : `Did you mean ${similar}?`;
  return new Undefined(new MissingFlaw(what, fix, at));
}

function keysOf(target: Content): Iterable<string> {
  if (target instanceof Lookup) return target.keys();
  return isDict(target) ? [...target.keys()].map(String) : [];
}
