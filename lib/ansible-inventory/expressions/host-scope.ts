import { Failure } from '#engine/model/failure.ts';
import { formatOrigin } from '#engine/model/host.ts';
import { remember } from '#engine/model/redaction.ts';
import { Secret } from '#engine/model/secret.ts';
import { Missing, Unresolved } from '../problems.ts';
import { originInside } from '../read/expression-origins.ts';
import { type Entry, type Leaf, type Tree, withParts } from '../read/tree.ts';
import { MissingFlaw } from './access.ts';
import { Flaw, TooLong } from './flaw.ts';
import { secretText } from './python-text.ts';
import { hasTemplate, singleName, templateOf } from './templates.ts';
import { treeOf, valueIn } from './tree-values.ts';
import { NeedsSecret, Undefined, type Value } from './value.ts';
import { type HostFacts, MAGIC, newWork, type Work, type World } from './world.ts';

interface Resolved {
  readonly value: Value;
  readonly tree: Tree;
}

type Outcome = Resolved | { readonly error: Unresolved };

/** The variables of one host for expressions: each is worked out when it is first asked for. */
export class HostScope {
  readonly #host: HostFacts;
  readonly #world: World;
  readonly #outcomes = new Map<string, Outcome>();
  readonly #busy = new Set<string>();

  constructor(host: HostFacts, world: World) {
    this.#host = host;
    this.#world = world;
  }

  /** A variable with its expressions resolved. Throws Unresolved where one has no result. */
  tree(name: string): Tree {
    const entry = this.#host.variables.get(name);
    if (entry === undefined) throw new Error(`no variable ${name}`);
    return this.#resolved(name, entry, newWork(this.#host.name, false)).tree;
  }

  /** A variable as an expression gets it; undefined when there is none. */
  find(name: string, work: Work): Value | undefined {
    const magic = MAGIC.get(name)?.(this.#host, this.#world, work);
    if (magic !== undefined) return magic;
    const entry = this.#host.variables.get(name);
    if (entry === undefined) return undefined;
    try {
      return work.budget.deeper(() => this.#resolved(name, entry, work).value);
    } catch (error) {
      // To Ansible a variable is undefined when one that it needs is.
      if (error instanceof Missing) return new Undefined(error);
      throw error;
    }
  }

  *names(): Iterable<string> {
    yield* this.#host.variables.keys();
    yield* MAGIC.keys();
  }

  #resolved(name: string, { tree }: Entry, work: Work): Resolved {
    const { revealing, home } = work;
    if (!hasTemplate(tree)) return { value: valueIn(tree, revealing), tree };
    const outcome = revealing ? undefined : this.#outcomes.get(name);
    if (outcome !== undefined) return given(outcome);
    const label = home === this.#host.name ? name : `hostvars['${this.#host.name}'].${name}`;
    const waiting = [...work.waiting, label];
    const mark = `${revealing} ${name}`;
    if (this.#busy.has(mark)) throw circle(waiting);
    this.#busy.add(mark);
    try {
      return this.#keep(name, work, this.#workedOut(tree, { ...work, waiting }));
    } catch (error) {
      if (error instanceof Unresolved) this.#keep(name, work, { error });
      throw error;
    } finally {
      this.#busy.delete(mark);
    }
  }

  /** What was found while a circle was closed, or what a budget did not suffice for, may not last. */
  #keep<O extends Outcome>(name: string, { revealing, waiting }: Work, outcome: O): O {
    if (!revealing && ('value' in outcome || waiting.length === 0))
      this.#outcomes.set(name, outcome);
    return outcome;
  }

  #workedOut(tree: Tree, work: Work): Resolved {
    if (tree.kind === 'leaf') {
      const value = this.#leafValue(tree, work);
      return { value, tree: this.#treeOf(value, tree) };
    }
    const resolved = this.#resolvedTree(tree, work);
    return { value: valueIn(resolved, work.revealing), tree: resolved };
  }

  #resolvedTree(tree: Tree, work: Work): Tree {
    if (!hasTemplate(tree)) return tree;
    if (tree.kind === 'leaf') return this.#treeOf(this.#leafValue(tree, work), tree);
    return withParts(tree, (part) => this.#resolvedTree(part, work));
  }

  #treeOf(value: Value, leaf: Leaf): Tree {
    return inLeaf(leaf, () => this.#world.kept.keep(treeOf(value, leaf.origin)));
  }

  #leafValue(leaf: Leaf, work: Work): Value {
    if (leaf.template !== undefined && !work.revealing) {
      return new Secret(() => this.#revealed(leaf));
    }
    try {
      return inLeaf(leaf, () => work.budget.made(this.#rendered(leaf, work)));
    } catch (error) {
      if (!(error instanceof NeedsSecret) || work.revealing) throw error;
      return new Secret(() => this.#revealed(leaf));
    }
  }

  #rendered(leaf: Leaf, work: Work): Value {
    // Ansible passes on a plain number, boolean or null of a variable that stands alone.
    const other = this.#host.variables.get(singleName(leaf) ?? '')?.tree;
    if (
      other?.kind === 'leaf' &&
      !(other.value instanceof Secret) &&
      typeof other.value !== 'string'
    ) {
      return valueIn(other, work.revealing);
    }
    const scope = {
      find: (name: string) => this.find(name, work),
      names: () => this.names(),
    };
    return this.#world.render(templateOf(leaf), scope, work.budget);
  }

  #revealed(leaf: Leaf): string {
    const work = newWork(this.#host.name, true);
    const value = this.#leafValue(leaf, work);
    return inLeaf(leaf, () => remember(secretText(value)));
  }
}

function given(outcome: Outcome): Resolved {
  if ('error' in outcome) throw outcome.error;
  return outcome;
}

function circle(waiting: readonly string[]): Flaw {
  const from = waiting.indexOf(waiting.at(-1) ?? '');
  const what = 'Variables need each other in a circle';
  return new Flaw(what, `Break it: ${waiting.slice(from).join(' › ')}.`);
}

/** Makes a Flaw in the text of a leaf a failure at its place. */
function inLeaf<T>(leaf: Leaf, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Flaw)) throw error;
    const origin = originInside(leaf, error.at);
    if (error instanceof TooLong)
      throw new Failure(error.message, { where: formatOrigin(origin), fix: error.fix });
    const kind = error instanceof MissingFlaw ? Missing : Unresolved;
    throw new kind(error.message, origin, error.fix);
  }
}
