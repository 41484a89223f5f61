import { Failure } from './failure.ts';
import type { Facts, Read, Reads } from './read.ts';

/** What a host has answered so far: per key of a read, its fact or why there is none. */
export class Answers {
  readonly #byKey: ReadonlyMap<string, Answer>;

  constructor(byKey: ReadonlyMap<string, Answer> = new Map()) {
    this.#byKey = byKey;
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  /** The fact, or undefined when the read was not asked yet. Throws the Failure of one that failed. */
  get<T>(read: Read<T>): T | undefined {
    const answer = this.#byKey.get(read.key);
    if (answer instanceof Failure) throw answer;
    return answer?.fact as T | undefined;
  }

  /** The facts of all these reads. Throws the Failure of the first that failed. */
  facts<R extends Reads>(reads: R): Facts<R> {
    const entries = Object.entries(reads).map(([name, read]) => [name, this.get(read)]);
    return Object.fromEntries(entries) as Facts<R>;
  }

  /** How a read came out: undefined when it was not asked yet, or its Failure. */
  answer(key: string): Answer | undefined {
    return this.#byKey.get(key);
  }

  /** What the host printed, as the precondition of a plan compares it. */
  raw(key: string): { readonly status: number; readonly bytes: Buffer } | undefined {
    const answer = this.#byKey.get(key);
    return answer instanceof Failure ? undefined : answer;
  }

  /** These answers, with newer ones in place of older. */
  with(newer: ReadonlyMap<string, Answer>): Answers {
    return new Answers(new Map([...this.#byKey, ...newer]));
  }
}

/** One answer: the fact, with the raw bytes that it was parsed from. */
export type Answer =
  | { readonly fact: unknown; readonly status: number; readonly bytes: Buffer }
  | Failure;
