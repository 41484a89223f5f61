/** Numbers that look random and are the same for a seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let state = this.#state;
    state = Math.imul(state ^ (state >>> 15), state | 1);
    state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
    return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32;
  }

  /** From 0 up to `below`, whole. */
  below(below: number): number {
    return Math.floor(this.next() * below);
  }

  of<T>(all: readonly T[]): T {
    return all[this.below(all.length)] as T;
  }
}
