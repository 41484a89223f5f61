import { Flaw } from '../flaw.ts';
import { wrong } from './characters.ts';

const LONGEST = 1000;

/** The text of a regular expression, read character by character. */
export class PatternText {
  readonly #characters: readonly string[];
  #at = 0;

  constructor(text: string) {
    if (text.length > LONGEST) {
      const fix = `At most ${LONGEST} characters are read.`;
      throw new Flaw('A regular expression is too long', fix);
    }
    this.#characters = Array.from(text);
  }

  get done(): boolean {
    return this.#at >= this.#characters.length;
  }

  next(): string {
    const character = this.#characters[this.#at];
    if (character === undefined) throw wrong('It ends too early');
    this.#at += 1;
    return character;
  }

  sees(character: string): boolean {
    return this.#characters[this.#at] === character;
  }

  take(character: string): boolean {
    if (!this.sees(character)) return false;
    this.#at += 1;
    return true;
  }

  ahead(count: number): string {
    return this.#characters.slice(this.#at, this.#at + count).join('');
  }

  skip(count: number): void {
    this.#at += count;
  }
}
