import { item } from './access.ts';
import { Flaw } from './flaw.ts';
import { isDict, isList, nameOfType, settle, type Value } from './value.ts';

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
