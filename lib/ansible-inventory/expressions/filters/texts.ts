import { posix } from 'node:path';
import { requireSize } from '../budget.ts';
import { type Callable, type Usual, usual, wholeOf } from '../callable.ts';
import { Flaw } from '../flaw.ts';
import { formatPercent } from '../format-percent.ts';
import { SPACE } from '../python-regex.ts';
import { textOf, withoutTrailing } from '../python-text.ts';
import { type Content, isList, nameOfType, settle, type Value, Verbatim } from '../value.ts';

/** Filters of texts. A value of another type is taken as its text, as Jinja does. */
export const TEXTS: Readonly<Record<string, Callable<Value>>> = {
  lower: ofText((text) => text.toLowerCase()),
  upper: ofText((text) => text.toUpperCase()),
  capitalize: ofText((text) => capitalized(text)),
  title: ofText((text) =>
    text
      .split(/([-\s({[<]+)/)
      .map((word) => upperFirst(word) + restOf(word).toLowerCase())
      .join(''),
  ),
  string: usual('', (input) => new Verbatim(textOf(input))),
  trim: usual('chars?', (input, [characters]) =>
    trimmed(textOf(input), typeof characters === 'string' ? characters : undefined),
  ),
  replace: usual('old new count?', (input, [old = '', replacement = '', count = null]) => {
    const [text, from, to] = [input, old, replacement].map((value) => textOf(value));
    return replaced(text ?? '', from ?? '', { to: to ?? '', most: limitOf(count) });
  }),
  split: usual('sep? maxsplit?', (input, [separator = null, most = null]) => {
    if (typeof input !== 'string' || (typeof separator !== 'string' && separator !== null)) {
      const wrong = typeof input === 'string' ? separator : input;
      throw new Flaw('Only a text can be split', `This is ${nameOfType(wrong)}.`);
    }
    return split(input, separator, limitOf(most));
  }),
  format: {
    special(input, { positional, named }) {
      if (named.size > 0) throw new Flaw('The filter format takes no names', 'Write %s alone.');
      return formatPercent(textOf(input), positional);
    },
  },
};

function ofText(change: (text: string) => string): Usual<Value> {
  return usual('', (input) => change(textOf(input)));
}

function limitOf(count: Value): number {
  if (count === null) return Infinity;
  const most = wholeOf(settle(count));
  return most < 0 ? Infinity : most;
}

function upperFirst(word: string): string {
  const [first = ''] = word;
  return first.toUpperCase();
}

function restOf(word: string): string {
  return Array.from(word).slice(1).join('');
}

function capitalized(text: string): string {
  const [first = '', ...rest] = upperFirst(text);
  return first + rest.join('').toLowerCase() + restOf(text).toLowerCase();
}

function trimmed(text: string, characters: string | undefined): string {
  const set = characters?.replace(/[\\\]^-]/g, '\\$&') ?? SPACE;
  if (set === '') return text;
  const inside = new RegExp(`[${set}]`, 'u');
  const all = Array.from(text);
  const first = all.findIndex((character) => !inside.test(character));
  const last = all.findLastIndex((character) => !inside.test(character));
  return first < 0 ? '' : all.slice(first, last + 1).join('');
}

interface Replacement {
  readonly to: string;
  readonly most: number;
}

function replaced(text: string, from: string, { to, most }: Replacement): string {
  const parts = from === '' ? ['', ...Array.from(text), ''] : text.split(from);
  const count = Math.min(parts.length - 1, most);
  requireSize(text.length + count * to.length);
  const head = parts.slice(0, count + 1).join(to);
  return [head, ...parts.slice(count + 1)].join(from);
}

function split(text: string, separator: string | null, most: number): readonly string[] {
  if (separator === '') throw new Flaw('A separator is empty', 'Give one, or none for spaces.');
  const source = separator === null ? text.replace(new RegExp(`^[${SPACE}]+`, 'u'), '') : text;
  const pattern = separator === null ? `[${SPACE}]+` : RegExp.escape(separator);
  const parts: string[] = [];
  let from = 0;
  for (const { 0: found, index } of source.matchAll(new RegExp(pattern, 'gu'))) {
    if (parts.length >= most) break;
    parts.push(source.slice(from, index));
    from = index + found.length;
  }
  const rest = source.slice(from);
  return separator === null && rest === '' ? parts : [...parts, rest];
}

/** Filters of paths, by Python's rules for POSIX. No file is looked at. */
export const PATHS: Readonly<Record<string, Callable<Value>>> = {
  basename: ofPath((path) => path.slice(path.lastIndexOf('/') + 1)),
  dirname: ofPath((path) => {
    const head = path.slice(0, path.lastIndexOf('/') + 1);
    return /^\/*$/.test(head) ? head : withoutTrailing(head, (each) => each === '/');
  }),
  path_join: usual('', (input) =>
    joinedPaths((isList(input) ? input : [input]).map((part) => textIn(settle(part)))),
  ),
};

function ofPath(change: (path: string) => Value): Usual<Value> {
  return usual('', (input) => change(textIn(input)));
}

function textIn(value: Content): string {
  if (typeof value === 'string') return value;
  throw new Flaw('A path is not a text', `It is ${nameOfType(value)}.`);
}

function joinedPaths(parts: readonly string[]): string {
  return parts.reduce((path, part) => {
    if (posix.isAbsolute(part) || path === '') return part;
    return path.endsWith('/') ? path + part : `${path}/${part}`;
  }, '');
}
