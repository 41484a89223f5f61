import { inspect } from 'node:util';

/** What stands in place of a secret. */
export const DOTS = '••••••';

/** What a text means that is no text, such as a number of an encrypted file. */
export type SecretMeaning = string | number | bigint | boolean;

/**
 * Text that prints as dots wherever it is shown; only the compiler and the renderer reveal it. One
 * that has to be fetched (from a command, say) is so when it is first revealed, and then kept; the
 * Failure of a fetch that fails is kept as well, and thrown each time.
 */
export class Secret {
  readonly #fetch: () => string;
  readonly #meaning: SecretMeaning | undefined;
  #fetched: { readonly value: string } | { readonly error: unknown } | undefined;

  constructor(value: string | (() => string), meaning?: SecretMeaning) {
    this.#fetch = typeof value === 'string' ? () => value : value;
    this.#meaning = meaning;
  }

  reveal(): string {
    this.#fetched ??= outcomeOf(this.#fetch);
    if ('error' in this.#fetched) throw this.#fetched.error;
    return this.#fetched.value;
  }

  /** What schemas see: a number or boolean where the file had one. */
  revealMeaning(): SecretMeaning {
    const text = this.reveal();
    return this.#meaning ?? text;
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

function outcomeOf(fetch: () => string) {
  try {
    return { value: fetch() };
  } catch (error) {
    return { error };
  }
}
