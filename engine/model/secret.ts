import { inspect } from 'node:util';

const DOTS = '••••••';

/** Text that prints as dots wherever it is shown; only the compiler and the renderer reveal it. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return DOTS;
  }

  toJSON(): string {
    return DOTS;
  }

  [inspect.custom](): string {
    return DOTS;
  }
}

export type Text = string | Secret;

export function reveal(text: Text): string {
  return text instanceof Secret ? text.reveal() : text;
}
