import { Failure } from './failure.ts';
import { Secret } from './secret.ts';
import { didYouMean, listOf } from './suggest.ts';

/** What is wrong with an option, and how to mend it where that says no more. */
interface OptionFault {
  readonly what: string;
  readonly fix?: string;
}

/** What is wrong with the value of an option; nothing where it is as it must be. */
export type Rule = (value: unknown, name: string) => readonly OptionFault[];

/** A rule for each option, those that may be left out among them. */
export type Rules<Options> = { readonly [Name in NamesOf<Options>]: Rule };
type NamesOf<Options> = Options extends unknown ? keyof Options : never;

/** Throws the Failure of a task, with all of its options that are not as they must be, or that it does not have. */
export function requireOptions<Options extends object>(
  task: string,
  options: Options,
  rules: Rules<Options>,
): void {
  refuse(task, faultsIn(options, rules));
}

/** Throws the Failure of a task, or of `what` has these faults in its options, if there are any. */
export function refuse(where: string, faults: readonly OptionFault[], what = 'A task'): void {
  if (faults.length === 0) return;
  const fixes = new Set(faults.flatMap(({ fix = [] }) => fix));
  throw new Failure(`${what} has options that it cannot do its work with`, {
    where,
    output: [...new Set(faults.map(({ what }) => what))].join('\n'),
    fix: [...fixes, 'Mend them in the playbook.'].join(' '),
  });
}

/** `within` stands before the names where they are told. */
function faultsIn<Options extends object>(
  options: Options,
  rules: Rules<Options>,
  within = '',
): readonly OptionFault[] {
  const given = isObject(options) ? options : {};
  const names = Object.keys(rules);
  const unknown = Object.keys(given).filter((name) => !names.includes(name));
  return [
    ...unknown.map((name) => ({
      what: `${within}${name} is no option`,
      fix: didYouMean(name, names, `The options are ${listOf(names, names.length)}.`),
    })),
    ...Object.entries<Rule>(rules).flatMap(([name, rule]) =>
      rule(Reflect.get(given, name), within + name),
    ),
  ];
}

/** That something holds of it. */
export function must(holds: (value: unknown) => boolean, be: string): Rule {
  return (value, name) => (holds(value) ? [] : [{ what: `${name} must be ${be}` }]);
}

/** That it is a text that a pattern matches. */
export function like(pattern: RegExp, be: string): Rule {
  return must((value) => isLike(value, pattern), be);
}

/** The same, telling what it is instead. */
export function likeThat(pattern: RegExp, be: string): Rule {
  return (value, name) => like(pattern, `${be}, not ${JSON.stringify(value)}`)(value, name);
}

/** That a rule holds of it, where it is given. */
export function optional(rule: Rule): Rule {
  return (value, name) => (value === undefined ? [] : rule(value, name));
}

/** That all of the rules hold of it. */
export function all(...rules: readonly Rule[]): Rule {
  return (value, name) => rules.flatMap((rule) => rule(value, name));
}

/** That one of these options is given, and no other of them, and that its rule holds. `what` it is that they say. */
export function oneOf<Options extends Readonly<Record<string, Rule>>>(
  options: object,
  what: string,
  rules: Options,
): Options {
  const names = Object.keys(rules);
  const given = names.filter(
    (name) => isObject(options) && Reflect.get(options, name) !== undefined,
  );
  const fault = {
    what: `${names.slice(0, -1).join(', ')} or ${names.at(-1)} must be given, one of them: ${what}`,
  };
  const entries = Object.entries(rules).map(([name, rule]) => [
    name,
    given.length === 1 ? optional(rule) : () => [fault],
  ]);
  return Object.fromEntries(entries) as Options;
}

/** That a rule holds of each one of a list, which has `least` of them. */
export function each(rule: Rule, least = 0): Rule {
  return (value, name) => {
    if (Array.isArray(value) && value.length >= least)
      return value.flatMap((one) => rule(one, name));
    return [{ what: `${name} must be a list${least > 0 ? ` of ${least} at least` : ''}` }];
  };
}

/** That it has these options in turn. */
export function having<Options extends object>(rules: Rules<Options>, within?: string): Rule {
  return (value, name) =>
    isObject(value) ? faultsIn(value as Options, rules, within ?? `${name}.`) : OBJECT(value, name);
}

/** Whether it is a text that a pattern matches: nothing of another type is one, as `RegExp.test` would have it. */
export function isLike(text: unknown, pattern: RegExp): text is string {
  return typeof text === 'string' && pattern.test(text);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Whatever it is. */
export const ANYTHING: Rule = () => [];

/** That it is a function. */
export const FUNCTION = must((value) => typeof value === 'function', 'a function');

/** That it is an object. */
export const OBJECT = must(isObject, 'an object');

/** That it is a text, secret or not. */
export const TEXT = must((value) => typeof value === 'string' || value instanceof Secret, 'a text');

/** That it is a text which is no secret. */
export const PLAIN = must((value) => typeof value === 'string', 'a text, and no secret');

/** That it is a script of sh that does something. */
export const SCRIPT = like(/\S/, 'a script of sh');

/** That it is a pattern. */
export const PATTERN = must((value) => value instanceof RegExp, 'a regular expression');

/** That it is a port of TCP. */
export const PORT = must(
  (port) => Number.isInteger(port) && Number(port) >= 1 && Number(port) <= 65_535,
  'a number from 1 to 65535',
);

/** That it is a URL of HTTP. */
export const URL_OF_HTTP = must(
  (text) => isLike(text, /^https?:\/\/[^\s\\]+$/) && URL.canParse(text),
  'a URL of http or https',
);

/** That it is yes or no. */
export const BOOLEAN = must((value) => typeof value === 'boolean', 'true or false');

/** That it is a time in seconds, of at least one. */
export function secondsUpTo(most: number): Rule {
  const holds = (value: unknown) => typeof value === 'number' && value >= 1 && value <= most;
  return must(holds, `seconds, ${most} at most`);
}

/** A path on a host, as what it keeps for an undo can have it, and as it is compared with others. */
export const PATH = like(
  /^(\/(?!\.{0,2}(\/|$))[^/\n\0]+)+(?<=\S)$/,
  'an absolute path on one line, without //, /./ and /../, that ends in a name',
);

/** A mode as hosts tell it. */
export const MODE = like(/^[0-7]{4}$/, 'four octal digits, such as 0644');

/** An owner as hosts tell it: a number is not what they say of one who has a name. */
export const OWNER = like(/^[^:\s\d][^:\s]*:[^:\s\d][^:\s]*$/, 'user:group, by their names');

/** A SHA-256 as sha256sum(1) prints it. */
export const HASH = like(/^[0-9a-f]{64}$/, '64 hex digits in lower case, of sha256sum FILE');
