import { Flaw } from './flaw.ts';
import type { Expression } from './syntax.ts';

const DEEPEST = 60;

export class TooDeep extends Flaw {}

/** The tokens of one expression, read one by one. */
export class Tokens {
  readonly #tokens: readonly Token[];
  readonly #parse: (tokens: Tokens) => Expression;
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], parse: (tokens: Tokens) => Expression) {
    this.#tokens = tokens;
    this.#parse = parse;
  }

  /** Parses an expression inside another one. */
  expression(): Expression {
    return this.#parse(this);
  }

  get current(): Token {
    return this.ahead(0);
  }

  ahead(count: number): Token {
    const token = this.#tokens[Math.min(this.#next + count, this.#tokens.length - 1)];
    if (token === undefined) throw new Error('tokens have an end');
    return token;
  }

  take(): Token {
    const token = this.current;
    this.#next += 1;
    return token;
  }

  is(...texts: readonly string[]): boolean {
    const { kind, text } = this.current;
    return (kind === 'operator' || kind === 'name') && texts.includes(text);
  }

  /** Takes the current token when it is one of these. */
  takeIf(...texts: readonly string[]): Token | undefined {
    return this.is(...texts) ? this.take() : undefined;
  }

  expect(text: string): Token {
    return this.takeIf(text) ?? this.fail(`${text} is expected here.`);
  }

  expectName(): Token {
    if (this.current.kind === 'name') return this.take();
    return this.fail('A name is expected here.');
  }

  /** Reads what stands inside something else, no deeper than the stack allows. */
  inside<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > DEEPEST) {
      const fix = `At most ${DEEPEST} levels are read.`;
      throw new TooDeep('The expression is nested too deeply', fix, this.current.at);
    }
    const result = read();
    this.#depth -= 1;
    return result;
  }

  /** Items with commas between them, up to the closing bracket, which is taken. */
  listUntil<T>(closer: string, read: () => T): readonly T[] {
    const items: T[] = [];
    while (!this.is(closer)) {
      if (items.length > 0) this.expect(',');
      if (this.is(closer)) break;
      items.push(read());
    }
    this.expect(closer);
    return items;
  }

  fail(fix: string): never {
    const { kind, text, at } = this.current;
    const found = kind === 'end' ? 'The expression ends too early' : `${text} has no place here`;
    throw new Flaw(found, fix, at);
  }
}

export interface Token {
  readonly kind: 'name' | 'string' | 'integer' | 'float' | 'operator' | 'end';
  readonly text: string;
  readonly at: number;
  /** What a text stands for, where that is not what Jinja reads in it. */
  readonly content?: string;
}

/** What there is between tokens, and the kinds of them; the first rule that fits counts. */
export interface Grammar {
  readonly space: RegExp;
  readonly rules: readonly (readonly [kind: Token['kind'], pattern: RegExp])[];
}

const JINJA: Grammar = {
  space: /\s+/y,
  rules: [
    ['float', /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy],
    ['integer', /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy],
    ['name', /[\p{ID_Start}_]\p{ID_Continue}*/uy],
    ['string', /'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*"/sy],
    ['operator', /\*\*|\/\/|[=!<>]=|[-+*/%~[\](){}<>=.:|,;]/y],
  ],
};

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/**
 * The tokens of an expression from after its `{{` to its `}}`, which is the last of them, of kind
 * `end`. Jinja takes no `}}` for the end while a bracket is open. Throws a Flaw.
 */
export function tokenize(text: string, start: number, grammar = JINJA): readonly Token[] {
  const tokens: Token[] = [];
  const open: Token[] = [];
  const skipSpace = (at: number) => at + (match(grammar.space, text, at)?.length ?? 0);
  for (let at = skipSpace(start); ; at = skipSpace(at)) {
    const end = open.length === 0 ? /-?\}\}/y : undefined;
    const closing = end && match(end, text, at);
    if (closing !== undefined) return [...tokens, { kind: 'end', text: closing, at }];
    const token = tokenAt(text, at, grammar);
    if (token === undefined) throw wrongAt(text, at, start, open.at(-1));
    if (token.kind === 'operator') balance(token, open);
    tokens.push(token);
    at += token.text.length;
  }
}

function tokenAt(text: string, at: number, { rules }: Grammar): Token | undefined {
  for (const [kind, pattern] of rules) {
    const found = match(pattern, text, at);
    if (found !== undefined) return { kind, text: found, at };
  }
  return undefined;
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function balance(token: Token, open: Token[]): void {
  if (CLOSERS[token.text] !== undefined) open.push(token);
  else if (/[)\]}]/.test(token.text)) {
    const opener = open.pop();
    if (opener === undefined || CLOSERS[opener.text] !== token.text) {
      const fix = opener === undefined ? 'Remove it.' : `Close ${opener.text} first.`;
      throw new Flaw(`A ${token.text} closes nothing`, fix, token.at);
    }
  }
}

function wrongAt(text: string, at: number, start: number, opener: Token | undefined): Flaw {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (at < text.length && /['"]/.test(character)) {
    return new Flaw('A text in the expression has no end', `Close the quote ${character}.`, at);
  }
  if (at < text.length) {
    const what = 'A character has no place in an expression';
    return new Flaw(what, `Remove ${JSON.stringify(character)}, or quote it.`, at);
  }
  if (opener) return new Flaw('A bracket has no end', `Close ${opener.text}.`, opener.at);
  return new Flaw('An expression has no end', 'Close it with }}.', start - 2);
}
