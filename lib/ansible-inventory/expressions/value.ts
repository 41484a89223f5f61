import { Secret } from '#engine/model/secret.ts';

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
