import { ESCAPES } from './escapes.ts';

/** One `name=value` of a text, with where in the text it starts. */
export interface Pair {
  readonly name: string;
  readonly value: string;
  readonly offset: number;
}

/**
 * Splits `a=1 b="two words" c={{ d e }}` as Ansible does (parsing/splitter.py, parse_kv): values are
 * texts, without the quotes around the whole of them. An error is a sentence.
 */
export function splitPairs(text: string): readonly Pair[] | { readonly error: string } {
  const pairs: Pair[] = [];
  let at = 0;
  for (;;) {
    at += /^[ \n]*/.exec(text.slice(at))?.[0].length ?? 0;
    if (at >= text.length) return pairs;
    const end = endOfWord(text, at);
    if (end === undefined) return { error: 'A quote, or an expression in braces, has no end.' };
    const pair = pairOf(decoded(text.slice(at, end)), at);
    if (pair === undefined) {
      return {
        error: `Write name=value; this is ${text.slice(at, end)}. Quote a value with blanks.`,
      };
    }
    pairs.push(pair);
    at = end;
  }
}

/** Blanks inside quotes, and inside the braces of an expression, are part of a word. */
function endOfWord(text: string, start: number): number | undefined {
  let quote = '';
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    const two = text.slice(at, at + 2);
    if (/['"]/.test(character) && text.charAt(at - 1) !== '\\') {
      if (quote === '') quote = character;
      else if (quote === character) quote = '';
    } else if (['{{', '{%', '{#', '}}', '%}', '#}'].includes(two)) {
      depth = Math.max(0, depth + (two.startsWith('{') ? 1 : -1));
      at += 1;
    } else if (/[ \n]/.test(character) && quote === '' && depth === 0) return at;
  }
  return quote === '' && depth === 0 ? text.length : undefined;
}

function pairOf(word: string, offset: number): Pair | undefined {
  const [whole, name = ''] = /^(.(?:[^=]|(?<=\\)=)*)(?<!\\)=/s.exec(word) ?? [];
  if (whole === undefined) return undefined;
  return { name: name.trim(), value: unquoted(word.slice(whole.length).trim()), offset };
}

function unquoted(value: string): string {
  return /^(["']).*\1$/s.test(value) && value.length > 1 && value.at(-2) !== '\\'
    ? value.slice(1, -1)
    : value;
}

function decoded(word: string): string {
  return word.replace(
    /\\(?:U([0-9a-fA-F]{8})|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\\'"abfnrtv]))/g,
    (all, long, short, byte, letter) => {
      if (letter !== undefined) return /[\\'"]/.test(letter) ? letter : (ESCAPES[letter] ?? all);
      const code = Number.parseInt(long ?? short ?? byte, 16);
      return code > 0x10_ffff ? all : String.fromCodePoint(code);
    },
  );
}
