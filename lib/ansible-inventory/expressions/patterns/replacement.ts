import { Flaw } from '../flaw.ts';
import type { Expression } from './syntax.ts';

/** A replacement of Python's `re.sub`: texts, and the numbers of groups. */
export type Replacement = readonly (string | number)[];

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\x07',
  b: '\b',
  '\\': '\\',
};

export function parseReplacement(text: string, expression: Expression): Replacement {
  const parts: (string | number)[] = [];
  const pattern = /\\(?:g<([^>]*)>|([1-9]\d?)|([\s\S]?))|[^\\]+/gu;
  for (const [all, name, digits, letter] of text.matchAll(pattern)) {
    if (name !== undefined || digits !== undefined)
      parts.push(groupOf(name ?? digits ?? '', expression));
    else parts.push(letter === undefined ? all : escaped(letter));
  }
  return parts;
}

/** The number of a group that is given by number or name. Throws a Flaw when there is none. */
export function groupOf(text: string, { groups, names }: Expression): number {
  const index = /^\d{1,3}$/.test(text) ? Number(text) : names.get(text);
  if (index !== undefined && index <= groups) return index;
  throw new Flaw('A group of the regular expression is not there', `It has ${groups} groups.`);
}

function escaped(letter: string): string {
  const known = ESCAPES[letter];
  if (known !== undefined) return known;
  if (letter !== '' && !/[A-Za-z0-9]/.test(letter)) return `\\${letter}`;
  throw new Flaw('A replacement has an escape that is not supported', 'Write \\1 or \\g<name>.');
}
