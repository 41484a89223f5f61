import { item, itemsOf, partOf } from '../access.ts';
import { bind, type Callable, type Given, type Worker } from '../callable.ts';
import { truth } from '../compare.ts';
import { Flaw } from '../flaw.ts';
import { isList, settle, Undefined, type Value } from '../value.ts';

/** Filters that apply another filter, or a test, to each item of a list. */
export const LOOPS: Readonly<Record<string, Callable<Value>>> = {
  map: {
    special(input, given, worker) {
      const change = changeOf(given, worker);
      return truth(input) ? itemsOf(input).map(change) : [];
    },
  },
  select: chooser(false, true),
  reject: chooser(false, false),
  selectattr: chooser(true, true),
  rejectattr: chooser(true, false),
  extract: {
    special(input, given) {
      const [container = null, more = null] = bind(
        'container morekeys?',
        given,
        'The filter extract',
      );
      const rest = settle(more);
      const keys = [input, ...(isList(rest) ? rest : rest === null ? [] : [rest])];
      return keys.reduce<Value>((inner, key) => item(inner, key), container);
    },
  },
};

function changeOf(given: Given, worker: Worker): (each: Value) => Value {
  const { positional, named } = given;
  const [name, ...rest] = positional;
  if (name === undefined && named.has('attribute')) {
    const [attribute, otherwise] = bind('attribute default?', given, 'The filter map');
    return withDefault(partOf(attribute), otherwise);
  }
  const filter = nameOf(name, 'The filter map');
  return (each) => {
    return worker.filter(filter, each, { positional: rest, named });
  };
}

function withDefault(part: (each: Value) => Value, otherwise: Value | undefined) {
  if (otherwise === undefined || otherwise === null) return part;
  return (each: Value) => {
    const value = part(each);
    return value instanceof Undefined ? otherwise : value;
  };
}

function nameOf(name: Value | undefined, subject: string): string {
  const settled = name === undefined ? undefined : settle(name);
  if (typeof settled === 'string') return settled;
  throw new Flaw(`${subject} needs a name`, "Write it as a text first: map('upper').");
}

function chooser(byPart: boolean, wanted: boolean): Callable<Value> {
  return {
    special(input, { positional, named }, worker) {
      const [path] = positional;
      if (byPart && path === undefined) {
        throw new Flaw(
          'The name of an attribute is missing',
          "Write it first: selectattr('name').",
        );
      }
      const part = byPart ? partOf(path) : partOf(undefined);
      const [name, ...rest] = byPart ? positional.slice(1) : positional;
      const test = name === undefined ? undefined : nameOf(name, 'The test');
      const holds = (value: Value) =>
        test === undefined ? truth(value) : worker.test(test, value, { positional: rest, named });
      if (!truth(input)) return [];
      return itemsOf(input).filter((each) => holds(part(each)) === wanted);
    },
  };
}
