import { Secret } from '#engine/model/secret.ts';
import { Flaw } from './flaw.ts';

/**
 * A value while an expression is worked out, with the types of Python: bigint is its int, number
 * its float, Map its dict. Nothing else of the runtime is ever held, so nothing can be reached.
 */
export type Value = Content | Undefined | Secret | Verbatim;
/** What there is to read in a value. */
export type Content = Key | readonly Value[] | Dict | Lookup;
export type Key = string | bigint | number | boolean | null;
export type Dict = ReadonlyMap<Key, Value>;

/** What is not there: an error where it is used, unless a default or a test takes it. */
export class Undefined {
  readonly error: Error;
  /** What `a if test` gives without an else: nothing, where it is used. */
  readonly blank: boolean;

  constructor(error: Error, blank = false) {
    this.error = error;
    this.blank = blank;
  }
}

/** Text that stays text, though it looks like a list: Ansible marks the results of some filters so. */
export class Verbatim {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A mapping that is worked out key by key, such as `hostvars`. */
export class Lookup {
  readonly name: string;
  readonly get: (key: string) => Value | undefined;
  readonly keys: () => Iterable<string>;

  constructor(name: string, get: (key: string) => Value | undefined, keys: () => Iterable<string>) {
    this.name = name;
    this.get = get;
    this.keys = keys;
  }
}

/** Throws the Flaw of one that is asked for as a whole. */
export function refuseWhole({ name }: Lookup): never {
  throw new Flaw(`${name} cannot be used as a whole`, `Take ${name}['name'].`);
}

/** Python's tuple: a list that prints with parentheses. What is made from one is a list. */
export class Tuple extends Array<Value> {
  static override get [Symbol.species]() {
    return Array;
  }
}

/** Thrown where the content of a secret is needed: the result is a secret then. */
export class NeedsSecret extends Error {}

/** The value for a reader of its content. Throws for what is not there, and for a secret. */
export function settle(value: Value): Content {
  if (value instanceof Undefined) {
    if (value.blank) return '';
    throw value.error;
  }
  if (value instanceof Secret) throw new NeedsSecret();
  return value instanceof Verbatim ? value.text : value;
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isDict(value: Value): value is Dict {
  return value instanceof Map;
}

/** What a type is called in messages. */
export function nameOfType(value: Value): string {
  if (value === null) return 'none';
  if (isList(value)) return 'a list';
  if (isDict(value) || value instanceof Lookup) return 'a mapping';
  if (value instanceof Undefined) return 'undefined';
  if (typeof value === 'boolean') return 'a boolean';
  return typeof value === 'bigint' || typeof value === 'number' ? 'a number' : 'a text';
}

export function isKey(value: Value): value is Key {
  return value === null || ['string', 'bigint', 'number', 'boolean'].includes(typeof value);
}

/** The value under a key, as Python finds it: 1, 1.0 and true are one key. */
export function valueUnder(dict: Dict, key: Key): Value | undefined {
  const held = heldKey(dict, key);
  return held === undefined ? undefined : dict.get(held);
}

/** A mapping of these pairs, later ones over earlier ones. Throws a Flaw for keys that are none. */
export function dictOf(pairs: Iterable<readonly [Value, Value]>): Dict {
  const dict = new Map<Key, Value>();
  for (const [key, value] of pairs) {
    const settled = settle(key);
    if (!isKey(settled)) {
      const fix = `Use a text, a number or a boolean; this is ${nameOfType(settled)}.`;
      throw new Flaw('A value cannot be a key', fix);
    }
    const held = heldKey(dict, settled);
    dict.set(held === undefined ? settled : held, value);
  }
  return dict;
}

function heldKey(dict: Dict, key: Key): Key | undefined {
  if (dict.has(key)) return key;
  if (typeof key === 'string' || key === null) return undefined;
  const number = Number(key);
  const forms: Key[] = [number, ...(number === 0 || number === 1 ? [number === 1] : [])];
  if (Number.isInteger(number)) forms.push(BigInt(key));
  return forms.find((form) => dict.has(form));
}
