import type { Tree } from '../read/tree.ts';
import { Flaw } from './flaw.ts';
import { isDict, isList, type Value } from './value.ts';

const DEEPEST = 300;
const DEEPEST_VALUE = 100;
const LARGEST = 2 ** 20;
const MOST_MADE = 8 * LARGEST;
const MOST_VALUES = 500_000;

/** How deep and how large the work on one variable may get, whatever other variables it needs. */
export class Budget {
  #depth = 0;
  #made = 0;

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

  /** Counts a new value, and gives it back. */
  made<V extends Value>(value: V): V {
    if (isCollection(value) && measures.has(value)) return value;
    const { weight, depth } = measureOf(value);
    this.#made += weight;
    requireSize(this.#made > MOST_MADE ? this.#made : weight);
    if (depth <= DEEPEST_VALUE) return value;
    const fix = `At most ${DEEPEST_VALUE} levels are allowed.`;
    throw new Flaw('The result is nested too deeply', fix);
  }
}

/** Called before a text of so many characters is built. Throws a Flaw where they are too many. */
export function requireSize(characters: number): void {
  if (characters <= LARGEST) return;
  const fix = `A result may have ${LARGEST} characters.`;
  throw new Flaw('The result of the expression is too large', fix);
}

/** The same for the text of a value. */
export function requireSizeOf(value: Value): void {
  requireSize(measureOf(value).weight);
}

interface Measure {
  readonly weight: number;
  readonly depth: number;
}

/** By value, which does not change: a shared one is measured once. */
const measures = new WeakMap<object, Measure>();

/** How long the value is when it is written out, about (shared parts count each time), and how deep. */
function measureOf(value: Value): Measure {
  if (typeof value === 'string') return { weight: value.length + 2, depth: 0 };
  if (!isCollection(value)) return { weight: 8, depth: 0 };
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

function isCollection(value: Value) {
  return isList(value) || isDict(value);
}

/** What the results of all expressions of an inventory, for all of its hosts, may take together. */
export class Kept {
  #values = 0;
  readonly #seen = new WeakSet<Tree>();

  /** Counts a result that will be kept, a shared one once, and gives it back. Throws a Flaw. */
  keep(tree: Tree): Tree {
    if (this.#seen.has(tree)) return tree;
    this.#seen.add(tree);
    this.#values += tree.size;
    if (this.#values > MOST_VALUES) {
      const fix = `All hosts together may have ${MOST_VALUES} values of expressions: give it to fewer hosts.`;
      throw new Flaw('The results of expressions are too many', fix);
    }
    return tree;
  }
}
