import { Flaw } from './flaw.ts';
import { literalText } from './literal-text.ts';
import { dictOf, type Key, Tuple, type Value } from './value.ts';

const DEEPEST = 90;

/**
 * What Ansible makes of a text that an expression gave: one that reads as a list, a mapping or a
 * boolean of Python is that, any other stays. Throws a Flaw for what JSON has no value for.
 */
export function literalOf(text: string): Value {
  if (text === 'True' || text === 'False') return text === 'True';
  if (!/^[[{]/.test(text)) return text;
  try {
    return new LiteralReader(text).read();
  } catch (error) {
    if (error instanceof NoLiteral) return text;
    throw error;
  }
}

class NoLiteral extends Error {}

const WORDS = new Map<string, Key>([
  ['True', true],
  ['true', true],
  ['False', false],
  ['false', false],
  ['None', null],
  ['null', null],
]);
const NUMBER =
  /(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d+(?:_\d+)*)?\.\d+(?:_\d+)*(?:[eE][-+]?\d+)?|\d+(?:_\d+)*(?:\.?[eE][-+]?\d+|\.)?)(?![\w.])/y;
const STRING =
  /([a-zA-Z]{0,2})('''(?:[^\\]|\\.)*?'''|"""(?:[^\\]|\\.)*?"""|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")/sy;

class LiteralReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Value {
    const value = this.#value();
    if (this.#at < this.#text.length) throw new NoLiteral();
    return value;
  }

  #value(): Value {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw new Flaw('A text is nested too deeply', 'Write it flatter.');
    this.#skip();
    const value = this.#bare();
    this.#skip();
    this.#depth -= 1;
    return value;
  }

  #bare(): Value {
    const next = this.#text.charAt(this.#at);
    if (next === '[') return this.#items(']').values;
    if (next === '{') return this.#braces();
    if (next === '(') return this.#parentheses();
    if (next === '-' || next === '+') return this.#signed(next);
    if (/^[a-zA-Z]{0,2}['"]/.test(this.#text.slice(this.#at, this.#at + 3))) return this.#strings();
    const number = this.#match(NUMBER)?.[0];
    if (number !== undefined) return numberOf(number);
    const word = WORDS.get(this.#match(/[A-Za-z]\w*/y)?.[0] ?? '');
    if (word === undefined) throw new NoLiteral();
    return word;
  }

  #signed(sign: string): Value {
    this.#at += 1;
    const value = this.#value();
    if (typeof value !== 'bigint' && typeof value !== 'number') throw new NoLiteral();
    return sign === '-' ? -value : value;
  }

  #strings(): string {
    let value = '';
    for (let found = this.#match(STRING); found; found = this.#match(STRING)) {
      const [, prefix = '', quoted = ''] = found;
      const text = literalText(prefix.toLowerCase(), quoted);
      if (text === undefined) throw new NoLiteral();
      value += text;
      this.#skip();
    }
    return value;
  }

  /** The values up to a closing bracket, and how many commas there were. */
  #items(closer: string): { readonly values: readonly Value[]; readonly commas: number } {
    this.#at += 1;
    const values: Value[] = [];
    let commas = 0;
    this.#skip();
    while (!this.#take(closer)) {
      if (values.length > commas) throw new NoLiteral();
      values.push(this.#value());
      if (this.#take(',')) commas += 1;
      this.#skip();
    }
    return { values, commas };
  }

  #parentheses(): Value {
    const { values, commas } = this.#items(')');
    const [only] = values;
    return commas === 0 && only !== undefined ? only : Tuple.from(values);
  }

  #braces(): Value {
    const start = this.#at;
    const pairs: [Value, Value][] = [];
    this.#at += 1;
    this.#skip();
    for (let more = true; !this.#take('}'); this.#skip()) {
      if (!more) throw new NoLiteral();
      const key = this.#value();
      if (!this.#take(':')) return this.#set(start);
      pairs.push([key, this.#value()]);
      more = this.#take(',');
    }
    return dictOf(pairs);
  }

  #set(start: number): never {
    this.#at = start;
    this.#items('}');
    const fix = 'Write a list in [ ], or quote the text for another filter to read.';
    throw new Flaw("A text reads as a set of Python, which JSON doesn't have", fix);
  }

  #take(character: string): boolean {
    if (this.#text.charAt(this.#at) !== character) return false;
    this.#at += 1;
    return true;
  }

  #skip(): void {
    this.#match(/(?:\s|#[^\n]*|\\\n)+/y);
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found) this.#at += found[0].length;
    return found ?? undefined;
  }
}

function numberOf(text: string): bigint | number {
  const digits = text.replaceAll('_', '').toLowerCase();
  if (/^0\d/.test(digits) && !/[.e]/.test(digits) && !/^0+$/.test(digits)) throw new NoLiteral();
  if (digits.length > 4300) throw new NoLiteral();
  if (/^0[xob]/.test(digits) || /^\d+$/.test(digits)) return BigInt(digits);
  return Number(digits);
}
