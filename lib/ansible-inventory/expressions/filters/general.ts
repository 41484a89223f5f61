import { bind, type Callable, usual } from '../callable.ts';
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
