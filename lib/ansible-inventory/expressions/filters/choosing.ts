import { item, itemsOf, partOf } from '../access.ts';
import { bind, type Callable, type Given, usual, type Worker } from '../callable.ts';
import { truth } from '../compare.ts';
import { Flaw } from '../flaw.ts';
import { textOf } from '../python-text.ts';
import { isDict, isList, settle, Undefined, type Value } from '../value.ts';

const byDefault: Callable<Value> = {
  special(input, given) {
    const [value = '', whenFalse = false] = bind(
      'default_value? boolean?',
      given,
      'The filter default',
    );
    const taken = input instanceof Undefined || (truth(whenFalse) && !truth(input));
    return taken ? value : input;
  },
};

/** Filters that choose a value, whatever it is. */
export const GENERAL: Readonly<Record<string, Callable<Value>>> = {
  default: byDefault,
  d: byDefault,
  mandatory: {
    special(input, given) {
      const [message] = bind('msg?', given, 'The filter mandatory');
      if (!(input instanceof Undefined)) return input;
      if (message === undefined) throw input.error;
      throw new Flaw('A mandatory value is not defined', `${textOf(message)}.`);
    },
  },
  ternary: {
    special(input, given) {
      const [yes = null, no = null, none] = bind(
        'true_val false_val none_val?',
        given,
        'The filter ternary',
      );
      if (settle(input) === null && none !== undefined && none !== null) return none;
      return truth(input) ? yes : no;
    },
  },
  bool: usual('', (input) => {
    if (input === null || typeof input === 'boolean') return input;
    if (typeof input === 'string') return ['yes', 'on', '1', 'true'].includes(input.toLowerCase());
    return !isList(input) && !isDict(input) && (input === 1n || input === 1);
  }),
};

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
