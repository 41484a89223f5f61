import { Flaw } from './flaw.ts';
import { isDict, isList, type Value } from './value.ts';

const MOST_STEPS = 500_000;
const DEEPEST = 300;
const DEEPEST_VALUE = 100;
const LARGEST = 2 ** 20;
const MOST_MADE = 8 * LARGEST;

/** What working out one variable may cost, whatever other variables it needs. */
export class Budget {
  #steps = 0;
  #depth = 0;
  #made = 0;

  spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > MOST_STEPS) {
      throw new Flaw('The expression takes too long', 'Make it, or what it works on, smaller.');
    }
  }

  /** Runs a step that may lead to others, no deeper than the stack allows. */
  deeper<T>(work: () => T): T {
    if (this.#depth >= DEEPEST) {
      throw new Flaw('The expression is nested too deeply', `At most ${DEEPEST} steps are taken.`);
    }
    this.#depth += 1;
    try {
      return work();
    } finally {
      this.#depth -= 1;
    }
  }

  /** Called before a text of this length is built. */
  reserve(length: number): void {
    this.#made += length;
    if (length > LARGEST || this.#made > MOST_MADE) {
      const fix = `A result may have ${LARGEST} characters.`;
      throw new Flaw('The result of the expression is too large', fix);
    }
  }

  /** Counts a new value, and gives it back. */
  made<V extends Value>(value: V): V {
    if (typeof value === 'string') this.reserve(value.length);
    else if (typeof value === 'object' && value !== null && !measures.has(value)) {
      this.spend(isList(value) ? value.length : isDict(value) ? value.size : 0);
      const { weight, depth } = measureOf(value);
      this.reserve(weight);
      if (depth > DEEPEST_VALUE) {
        throw new Flaw(
          'The result is nested too deeply',
          `At most ${DEEPEST_VALUE} levels are allowed.`,
        );
      }
    }
    return value;
  }
}

interface Measure {
  readonly weight: number;
  readonly depth: number;
}

const measures = new WeakMap<object, Measure>();

/** How long the value is when it is written out, about (shared parts count each time), and how deep. */
function measureOf(value: Value): Measure {
  if (typeof value === 'string') return { weight: value.length + 2, depth: 0 };
  if (!isList(value) && !isDict(value)) return { weight: 8, depth: 0 };
  const known = measures.get(value);
  if (known !== undefined) return known;
  let [weight, depth] = [2, 0];
  for (const part of isList(value) ? value : [...value.keys(), ...value.values()]) {
    const inner = measureOf(part);
    weight += inner.weight;
    depth = Math.max(depth, inner.depth + 1);
  }
  const measure = { weight, depth };
  measures.set(value, measure);
  return measure;
}
