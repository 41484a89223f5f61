import type { Budget } from '../budget.ts';
import { Flaw } from '../flaw.ts';
import { isWord } from './characters.ts';
import type { Expression, Pattern } from './syntax.ts';

const DEEPEST = 1000;

/** Where a pattern fits: from and to, of all of it first, then of its groups. */
export type Spans = readonly (readonly [number, number] | undefined)[];

type Next = (at: number) => boolean;

/**
 * Matches by trying, as Python does, but every step counts: a pattern that would try for hours
 * exhausts the budget, which is a Flaw.
 */
export class Matcher {
  readonly #expression: Expression;
  readonly #text: readonly string[];
  readonly #budget: Budget;
  #groups: (readonly [number, number] | undefined)[] = [];
  #depth = 0;

  constructor(expression: Expression, text: readonly string[], budget: Budget) {
    this.#expression = expression;
    this.#text = text;
    this.#budget = budget;
  }

  /** The match that begins at a place; `filled` when it may not be empty. */
  at(start: number, filled = false): Spans | undefined {
    this.#groups = Array.from({ length: this.#expression.groups + 1 });
    const fits = this.#run(this.#expression.pattern, start, (end) => {
      if (filled && end === start) return false;
      this.#groups[0] = [start, end];
      return true;
    });
    return fits ? [...this.#groups] : undefined;
  }

  /** The first match from a place on; `filled` when one at that place may not be empty. */
  search(from: number, filled = false): Spans | undefined {
    for (let start = from; start <= this.#text.length; start += 1) {
      const found = this.at(start, filled && start === from);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #run(pattern: Pattern, at: number, next: Next): boolean {
    this.#budget.spend(1);
    this.#depth += 1;
    if (this.#depth > DEEPEST) {
      const fix = 'Repeat single characters, not groups: [a-z]+, not ([a-z])+.';
      throw new Flaw('A regular expression takes too many steps', fix);
    }
    const fits = this.#fits(pattern, at, next);
    this.#depth -= 1;
    return fits;
  }

  #fits(pattern: Pattern, at: number, next: Next): boolean {
    switch (pattern.kind) {
      case 'set':
        return this.#holds(pattern.fits, at) && next(at + 1);
      case 'sequence':
        return this.#sequence(pattern.parts, 0, at, next);
      case 'choice':
        return pattern.options.some((option) => this.#run(option, at, next));
      case 'group':
        return this.#group(pattern, at, next);
      case 'repeat':
        return pattern.inner.kind === 'set'
          ? this.#repeatSet(pattern.inner.fits, { ...pattern.bounds, at, next })
          : this.#repeat(pattern, { count: 0, at }, next);
      case 'ahead':
        return this.#ahead(pattern.inner, at) === pattern.wanted && next(at);
      default:
        return this.#isPlace(pattern.kind, at) && next(at);
    }
  }

  #holds(fits: (character: string) => boolean, at: number): boolean {
    const character = this.#text[at];
    return character !== undefined && fits(character);
  }

  #sequence(parts: readonly Pattern[], index: number, at: number, next: Next): boolean {
    const part = parts[index];
    if (part === undefined) return next(at);
    return this.#run(part, at, (end) => this.#sequence(parts, index + 1, end, next));
  }

  #group({ index, inner }: Pattern & { readonly kind: 'group' }, at: number, next: Next): boolean {
    const before = this.#groups[index];
    const fits = this.#run(inner, at, (end) => {
      const inside = this.#groups[index];
      this.#groups[index] = [at, end];
      if (next(end)) return true;
      this.#groups[index] = inside;
      return false;
    });
    if (!fits) this.#groups[index] = before;
    return fits;
  }

  /** One character many times needs no depth: it is counted first, then given back one by one. */
  #repeatSet(fits: (character: string) => boolean, how: SetRepeat): boolean {
    const { least, most, greedy, at, next } = how;
    let count = 0;
    const limit = greedy ? most : least;
    while (count < limit && this.#holds(fits, at + count)) count += 1;
    this.#budget.spend(count);
    if (count < least) return false;
    if (greedy) {
      for (; count >= least; count -= 1) if (this.#tries(next, at + count)) return true;
      return false;
    }
    for (; !this.#tries(next, at + count); count += 1) {
      if (count >= most || !this.#holds(fits, at + count)) return false;
    }
    return true;
  }

  #tries(next: Next, at: number): boolean {
    this.#budget.spend(1);
    return next(at);
  }

  #repeat(pattern: Repeat, { count, at }: Turn, next: Next): boolean {
    const { least, most, greedy } = pattern.bounds;
    const again = () =>
      count < most &&
      this.#run(pattern.inner, at, (end) => {
        if (end === at && count >= least) return false;
        return this.#repeat(pattern, { count: count + 1, at: end }, next);
      });
    if (count < least) return again();
    return greedy ? again() || next(at) : next(at) || again();
  }

  #ahead(inner: Pattern, at: number): boolean {
    const depth = this.#depth;
    const fits = this.#run(inner, at, () => true);
    this.#depth = depth;
    return fits;
  }

  #isPlace(kind: Place, at: number): boolean {
    const { length } = this.#text;
    switch (kind) {
      case 'textStart':
        return at === 0;
      case 'textEnd':
        return at === length;
      case 'lineStart':
        return at === 0 || this.#text[at - 1] === '\n';
      case 'lineEnd':
        return at === length || this.#text[at] === '\n';
      case 'end':
        return at === length || (at === length - 1 && this.#text[at] === '\n');
      default:
        return (this.#holds(isWord, at - 1) !== this.#holds(isWord, at)) === (kind === 'border');
    }
  }
}

type Repeat = Pattern & { readonly kind: 'repeat' };
type Place = 'lineStart' | 'lineEnd' | 'end' | 'textStart' | 'textEnd' | 'border' | 'noBorder';

interface Turn {
  readonly count: number;
  readonly at: number;
}

interface SetRepeat {
  readonly least: number;
  readonly most: number;
  readonly greedy: boolean;
  readonly at: number;
  readonly next: Next;
}
