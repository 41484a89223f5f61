import { Flaw } from './flaw.ts';
import { type Content, nameOfType, type Value } from './value.ts';

/** What a filter or test is given beside its value. */
export interface Given {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

/** Filters and tests may use each other. */
export interface Worker {
  filter(name: string, input: Value, given: Given): Value;
  test(name: string, input: Value, given: Given): boolean;
}

/** A filter or test over contents, with its parameters; those with a question mark may be left out. */
export interface Usual<R> {
  readonly parameters: string;
  readonly run: (input: Content, given: readonly (Content | undefined)[]) => R;
}

/** One that takes what is undefined or secret too, or any number of arguments. */
interface Special<R> {
  readonly special: (input: Value, given: Given, worker: Worker) => R;
}

export type Callable<R> = Usual<R> | Special<R>;

export function usual<R>(parameters: string, run: Usual<R>['run']): Usual<R> {
  return { parameters, run };
}

/** The arguments in the order of the parameters; undefined for those that are left out. */
export function bind(
  parameters: string,
  { positional, named }: Given,
  subject: string,
): readonly (Value | undefined)[] {
  const wanted = parameters.split(' ').filter((parameter) => parameter !== '');
  const names = wanted.map((parameter) => parameter.replace('?', ''));
  if (positional.length > wanted.length) {
    const fix = wanted.length === 0 ? 'Remove them.' : `It takes: ${names.join(', ')}.`;
    throw new Flaw(`${subject} is given too many arguments`, fix);
  }
  for (const name of named.keys()) {
    const index = names.indexOf(name);
    if (index < 0) throw new Flaw(`${subject} has no argument ${name}`, list(names));
    if (index < positional.length)
      throw new Flaw(`${subject} is given ${name} twice`, 'Remove one.');
  }
  return wanted.map((parameter, index) => {
    const name = names[index] ?? '';
    const value = index < positional.length ? positional[index] : named.get(name);
    if (value === undefined && !parameter.endsWith('?')) {
      throw new Flaw(`${subject} needs an argument ${name}`, list(names));
    }
    return value;
  });
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'It takes none.' : `It takes: ${names.join(', ')}.`;
}

/** A whole number that an argument has to be. Throws a Flaw for others. */
export function wholeOf(value: Content): number {
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  const fix = `It is ${nameOfType(value)}: convert it with | int.`;
  throw new Flaw('An argument is not a whole number', fix);
}
