import { suggest } from '#engine/model/suggest.ts';
import { Flaw } from './flaw.ts';
import {
  type Content,
  isDict,
  isKey,
  isList,
  Lookup,
  nameOfType,
  settle,
  Tuple,
  Undefined,
  type Value,
  valueUnder,
} from './value.ts';

/** The Flaw of what is not defined; a default elsewhere may still take it. */
export class MissingFlaw extends Flaw {}

/** Of a mapping of Python, which mean more than a key. */
const METHODS = [
  ...['clear', 'copy', 'fromkeys', 'get', 'items', 'keys', 'pop', 'popitem', 'setdefault'],
  ...['update', 'values'],
];

/** Jinja's `value.name`: a key of a mapping. A method of Python is a Flaw, all else is undefined. */
export function attribute(value: Value, name: string, at: number): Value {
  if (value instanceof Undefined && !value.blank) return value;
  const target = settle(value);
  if (isDict(target) && METHODS.includes(name)) {
    const fix = `For a key of that name write ['${name}'].`;
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

interface Absence {
  readonly what: string;
  readonly at: number | undefined;
}

function missing(target: Content, key: Value, { what, at }: Absence): Undefined {
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

/** What Python would loop over: items of a list, keys of a mapping, characters of a text. */
export function itemsOf(value: Value): readonly Value[] {
  const settled = settle(value);
  if (isList(settled)) return settled;
  if (isDict(settled)) return [...settled.keys()];
  if (typeof settled === 'string') return Array.from(settled);
  throw new Flaw('The value is not a list', `It is ${nameOfType(settled)}.`);
}

/** A part of each item by Jinja's path, such as `address.port`; the item itself without one. */
export function partOf(path: Value | undefined): (value: Value) => Value {
  const settled = path === undefined || path === null ? null : settle(path);
  if (settled === null) return (value) => value;
  const steps: readonly Value[] =
    typeof settled === 'string'
      ? settled.split('.').map((step) => (/^\d{1,15}$/.test(step) ? BigInt(step) : step))
      : [settled];
  return (value) => steps.reduce<Value>((inner, step) => item(inner, step), value);
}

/** Python's `value[start:stop]`; a bound that is undefined is the end. */
export function slice(value: Content, bounds: readonly Content[]): Value {
  const [start, stop] = bounds.map(boundOf);
  if (typeof value === 'string') return Array.from(value).slice(start, stop).join('');
  if (value instanceof Tuple) return Tuple.from([...value].slice(start, stop));
  if (isList(value)) return value.slice(start, stop);
  throw new Flaw('The value cannot be cut', `Cut texts and lists; it is ${nameOfType(value)}.`);
}

function boundOf(bound: Content): number | undefined {
  if (bound === null) return undefined;
  if (typeof bound === 'bigint' || typeof bound === 'boolean') return Number(bound);
  const fix = `It is ${nameOfType(bound)}: convert it with | int.`;
  throw new Flaw('A bound of a slice is not a whole number', fix);
}
