import { Flaw } from '../flaw.ts';

export type Fits = (character: string) => boolean;

const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/u;

export function isWord(character: string): boolean {
  return /[\p{L}\p{N}_]/u.test(character);
}

const CLASSES: Readonly<Record<string, Fits>> = {
  d: (character) => /\p{Nd}/u.test(character),
  s: (character) => SPACE.test(character),
  w: isWord,
};

/** What `\d`, `\W` and the like stand for; undefined for another letter. */
export function classOf(letter: string): Fits | undefined {
  const fits = CLASSES[letter.toLowerCase()];
  if (fits === undefined || letter === letter.toLowerCase()) return fits;
  return (character) => !fits(character);
}

const CONTROLS: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\x07',
};

/** The character that an escape stands for. Throws a Flaw for escapes that are not understood. */
export function escapedCharacter(letter: string): string {
  const control = CONTROLS[letter];
  if (control !== undefined) return control;
  if (letter !== '' && !/[\p{L}\p{N}]/u.test(letter)) return letter;
  throw unsupported(`\\${letter}`);
}

export function unsupported(what: string): Flaw {
  const fix = 'Write it with plain characters, classes, groups and repetitions.';
  return new Flaw(`${what} in a regular expression is not supported`, fix);
}

export function wrong(fix: string): Flaw {
  return new Flaw('A regular expression is wrong', `${fix}.`);
}

/** The same in either case. */
export function inEitherCase(fits: Fits): Fits {
  return (character) =>
    fits(character) || fits(character.toLowerCase()) || fits(character.toUpperCase());
}
