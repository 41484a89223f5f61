import { Failure } from './failure.ts';
import type { Facts, RawAnswer, Read, Reads } from './read.ts';

/** What a host has answered so far: per key of a read, its fact or why there is none. */
export class Answers {
  readonly #byKey: ReadonlyMap<string, Answer>;
  readonly #wanted = new Map<string, Read<unknown>>();

  constructor(byKey: ReadonlyMap<string, Answer> = new Map()) {
    this.#byKey = byKey;
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  /** The fact, why there is none, or undefined when the read was not asked yet. */
  result<T>(read: Read<T>): T | Failure | undefined {
    const answer = this.#byKey.get(read.key);
    return answer instanceof Failure ? answer : (answer?.fact as T | undefined);
  }

  /**
   * The fact, or undefined when the read was not asked yet: on a host's own answers it is asked then, and
   * its tasks are told anew. Throws the Failure of one that failed.
   */
  get<T>(read: Read<T>): T | undefined {
    this.#wanted.set(read.key, read);
    return this.#fact(read);
  }

  /** The fact, or undefined where there is none, for whatever reason. */
  find<T>(read: Read<T>): T | undefined {
    const result = this.result(read);
    return result instanceof Failure ? undefined : result;
  }

  /** The facts of all these reads. Throws the Failure of the first that failed. */
  facts<R extends Reads>(reads: R): Facts<R> {
    const entries = Object.entries(reads).map(([name, read]) => [name, this.#fact(read)]);
    return Object.fromEntries(entries) as Facts<R>;
  }

  #fact<T>(read: Read<T>): T | undefined {
    const result = this.result(read);
    if (result instanceof Failure) throw result;
    return result;
  }

  /** What was got, asked or not. */
  get wanted(): readonly Read<unknown>[] {
    return [...this.#wanted.values()];
  }

  /** What the host printed, as the precondition of a plan compares it. */
  raw(key: string): RawAnswer | undefined {
    const answer = this.#byKey.get(key);
    return answer instanceof Failure ? undefined : answer;
  }

  /** These answers, with newer ones in place of older. */
  with(newer: ReadonlyMap<string, Answer>): Answers {
    return new Answers(new Map([...this.#byKey, ...newer]));
  }
}

/** One answer: the fact, with the raw bytes that it was parsed from. */
export type Answer = (RawAnswer & { readonly fact: unknown }) | Failure;
