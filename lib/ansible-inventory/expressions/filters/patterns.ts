import { ESCAPES } from '../../read/characters.ts';
import { requireSize } from '../budget.ts';
import { bind, type Callable, type Given, type Usual, usual } from '../callable.ts';
import { truth } from '../compare.ts';
import { Flaw, TooLong } from '../flaw.ts';
import { findIn, pythonRegex } from '../python-regex.ts';
import { textOf } from '../python-text.ts';
import { type Content, settle, Tuple, type Value } from '../value.ts';

const MOST_FOUND = 100_000;

/** Filters by regular expressions of Python. */
export const PATTERNS: Readonly<Record<string, Callable<Value>>> = {
  regex_replace: usual(
    'pattern? replacement? ignorecase? multiline?',
    (input, [pattern = '', replacement = '', ...flags]) =>
      replaced(textOf(input), expressionOf(pattern, flags), textOf(replacement)),
  ),
  regex_search: { special: searched },
  regex_findall: usual(
    'regex multiline? ignorecase?',
    (input, [pattern = '', multiline, ignoreCase]) =>
      matchesOf(textOf(input), expressionOf(pattern, [ignoreCase, multiline])).map(foundText),
  ),
  regex_escape: usual('', (input) =>
    textOf(input).replace(/[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/g, '\\$&'),
  ),
};

/** A test by a regular expression: that it fits at the start, or anywhere. */
export function patternTest(anywhere: boolean): Usual<boolean> {
  return usual('pattern? ignorecase? multiline?', (input, [pattern = '', ...flags]) => {
    const [found] = matchesOf(textOf(input), expressionOf(pattern, flags), 1);
    return found !== undefined && (anywhere || found.index === 0);
  });
}

function expressionOf(
  pattern: Content,
  [ignoreCase = false, multiline = false]: readonly (Content | undefined)[],
): RegExp {
  const flags = { ignoreCase: truth(ignoreCase), multiline: truth(multiline) };
  const expression = pythonRegex(textOf(pattern), flags);
  if (expression !== undefined) return expression;
  const fix = 'Check its brackets; use what Python and JavaScript share.';
  throw new Flaw('A regular expression is not understood', fix);
}

function matchesOf(
  text: string,
  expression: RegExp,
  most = MOST_FOUND,
): readonly RegExpExecArray[] {
  const [found] = findIn([text], expression, most) ?? [];
  if (found === undefined) {
    const fix = 'Do not repeat what repeats already, such as (a+)+.';
    throw new TooLong('A regular expression takes too long, or too much', fix);
  }
  if (REPEATED_GROUP.test(expression.source) && found.some(isPartial))
    throw new Flaw(
      'A group inside a repeated one took no part at last',
      'Python goes back to when it did: repeat no group that holds another.',
    );
  if (found.length < MOST_FOUND) return found;
  throw new Flaw('A regular expression finds too much', `At most ${MOST_FOUND} places are used.`);
}

function isPartial(match: readonly (string | undefined)[]): boolean {
  return match.includes(undefined);
}

/** One that holds others: JavaScript forgets what those held in the turn before. */
const REPEATED_GROUP = /\)[^()]*\)(?:[*+]|\{)/;

function foundText([all, first = all, ...more]: RegExpExecArray): Value {
  if (more.length === 0) return first;
  return Tuple.from([first, ...more].map((text) => text ?? ''));
}

/** As Python's `re.sub`. */
function replaced(text: string, expression: RegExp, replacement: string): string {
  filledIn(replacement, emptyMatch(expression));
  const parts: string[] = [];
  let [last, length] = [0, text.length];
  for (const match of matchesOf(text, expression)) {
    const added = filledIn(replacement, match);
    length += added.length;
    requireSize(length);
    parts.push(text.slice(last, match.index), added);
    last = match.index + match[0].length;
  }
  return parts.join('') + text.slice(last);
}

/** The groups that there are, without any text. */
function emptyMatch({ source, flags }: RegExp): RegExpExecArray {
  const match = new RegExp(`(?:${source}){0}`, flags).exec('');
  if (match === null) throw new Error('what is repeated no time fits everywhere');
  return match;
}

function filledIn(replacement: string, match: RegExpExecArray): string {
  return replacement.replace(
    /\\(?:g<([^>]*)>|([1-9]\d?)|([\s\S]?))/gu,
    (_, name: string | undefined, digits: string | undefined, letter = '') => {
      const group = name ?? digits;
      return group === undefined ? unescaped(letter) : (groupIn(match, group) ?? '');
    },
  );
}

function unescaped(letter: string): string {
  const known = letter === '\\' ? '\\' : ESCAPES[letter];
  if (known !== undefined) return known;
  if (letter !== '' && !/[A-Za-z0-9]/.test(letter)) return `\\${letter}`;
  throw new Flaw('A replacement has an escape that is not supported', 'Write \\1 or \\g<name>.');
}

/** The text of a group by number or name; undefined where it took no part. */
function groupIn(match: RegExpExecArray, group: string): string | undefined {
  const isNumber = /^\d{1,3}$/.test(group) && Number(group) < match.length;
  if (isNumber) return match[Number(group)];
  if (Object.hasOwn(match.groups ?? {}, group)) return match.groups?.[group];
  const fix = `It has ${match.length - 1} groups.`;
  throw new Flaw('A group of the regular expression is not there', fix);
}

function searched(input: Value, { positional, named }: Given): Value {
  const [pattern, ...wanted] = positional;
  const given = { positional: pattern === undefined ? [] : [pattern], named };
  const values = bind('regex ignorecase? multiline?', given, 'The filter regex_search');
  const [regex = '', ...flags] = values.map((value) => value && settle(value));
  const expression = expressionOf(regex ?? '', flags);
  const groups = wanted.map((group) => groupName(textOf(group)));
  for (const group of groups) groupIn(emptyMatch(expression), group);
  const [match] = matchesOf(textOf(settle(input)), expression, 1);
  if (match === undefined) return null;
  return groups.length === 0 ? match[0] : groups.map((group) => groupIn(match, group) ?? null);
}

function groupName(text: string): string {
  const [, name, digits] = /^\\(?:g<(\S+)>|(\d+))/.exec(text) ?? [];
  const group = name ?? digits;
  if (group === undefined) throw new Flaw('A group is not named', "Write '\\1' or '\\g<name>'.");
  return group;
}
