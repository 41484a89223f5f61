import { inspect } from 'node:util';

const DOTS = '••••••';

/**
 * Text that prints as dots wherever it is shown; only the compiler and the renderer reveal it. One
 * that has to be fetched (from a command, say) is so when it is first revealed, and then kept; the
 * Failure of a fetch that fails is thrown each time.
 */
export class Secret {
  readonly #fetch: () => string;
  #value: string | undefined;

  constructor(value: string | (() => string)) {
    this.#fetch = typeof value === 'string' ? () => value : value;
  }

  reveal(): string {
    this.#value ??= this.#fetch();
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
