import { suggest } from '#engine/model/suggest.ts';
import { bind, type Callable, type Given, type Worker } from './callable.ts';
import { ADDRESSES } from './filters/addresses.ts';
import { GENERAL, LOOPS } from './filters/choosing.ts';
import { ENCODINGS } from './filters/encodings.ts';
import { LISTS, SETS } from './filters/lists.ts';
import { MAPPINGS } from './filters/mappings.ts';
import { NUMBERS } from './filters/numbers.ts';
import { PATTERNS } from './filters/patterns.ts';
import { PATHS, TEXTS } from './filters/texts.ts';
import { Flaw } from './flaw.ts';
import { TESTS } from './tests.ts';
import { settle, Undefined, type Value } from './value.ts';

/** Applies a filter that is on the list. Throws a Flaw that names it when it is not. */
export function applyFilter(name: string, input: Value, given: Given, worker: Worker): Value {
  return call(FILTERS, { kind: 'filter', name }, input, given, worker);
}

/** Applies a test that is on the list. Throws a Flaw that names it when it is not. */
export function applyTest(name: string, input: Value, given: Given, worker: Worker): boolean {
  return call(TESTS, { kind: 'test', name }, input, given, worker);
}

interface Called {
  readonly kind: 'filter' | 'test';
  readonly name: string;
}

function call<R>(
  table: ReadonlyMap<string, Callable<R>>,
  { kind, name }: Called,
  input: Value,
  given: Given,
  worker: Worker,
): R {
  const callable = table.get(name.replace(/^ansible\.builtin\./, ''));
  if (callable === undefined) throw unknown(kind, name, table.keys());
  if ('special' in callable) return callable.special(input, given, worker);
  const values = bind(callable.parameters, given, `The ${kind} ${name}`);
  for (const value of [input, ...values]) if (value instanceof Undefined) settle(value);
  const contents = values.map((value) => (value === undefined ? undefined : settle(value)));
  return callable.run(settle(input), contents);
}

function unknown(kind: string, name: string, names: Iterable<string>): Flaw {
  const similar = suggest(name, names);
  const fix = similar === undefined ? 'Write the value out.' : `Did you mean ${similar}?`;
  return new Flaw(`The ${kind} ${name} is not supported`, fix);
}

/** The filters that expressions may use, by name. */
export const FILTERS: ReadonlyMap<string, Callable<Value>> = new Map(
  [
    GENERAL,
    TEXTS,
    NUMBERS,
    LISTS,
    LOOPS,
    SETS,
    MAPPINGS,
    ENCODINGS,
    PATHS,
    ADDRESSES,
    PATTERNS,
  ].flatMap((filters) => Object.entries(filters)),
);
