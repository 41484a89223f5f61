import { Flaw } from './flaw.ts';
import type { Token } from './tokenize.ts';

const DEEPEST = 60;

/** The tokens of one expression, read one by one. */
export class Tokens {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
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
      throw new Flaw('The expression is nested too deeply', fix, this.current.at);
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
