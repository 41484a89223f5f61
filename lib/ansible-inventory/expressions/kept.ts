import type { Tree } from '../read/tree.ts';
import { Flaw } from './flaw.ts';

const MOST_VALUES = 500_000;

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
