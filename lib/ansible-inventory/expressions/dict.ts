import { Flaw } from './flaw.ts';
import { type Dict, type Key, nameOfType, settle, type Value } from './value.ts';

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
