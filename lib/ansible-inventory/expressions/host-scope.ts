import type { Origin } from '#engine/model/host.ts';
import { remember } from '#engine/model/redaction.ts';
import { Secret } from '#engine/model/secret.ts';
import type { Variables } from '../groups/group-table.ts';
import { originInside } from '../read/expression-origins.ts';
import { type Entry, type Leaf, sizeOf, type Tree } from '../read/tree.ts';
import { Missing, Unresolved } from '../unresolved.ts';
import { MissingFlaw } from './access.ts';
import { Flaw } from './flaw.ts';
import { MAGIC_NAMES, magicOf, type World } from './magic.ts';
import { secretText } from './python-text.ts';
import { newSession, type Session } from './session.ts';
import { hasTemplate, singleName, templateOf } from './templates.ts';
import { treeOf, valueIn } from './tree-values.ts';
import { NeedsSecret, Undefined, type Value } from './value.ts';

/** A host as expressions know it. */
export interface KnownHost {
  readonly name: string;
  /** Without `all`, sorted. */
  readonly groups: readonly string[];
  readonly variables: Variables;
  /** Where the inventory names it first. */
  readonly origin: Origin;
}

interface Resolved {
  readonly value: Value;
  readonly tree: Tree;
}

type Outcome = Resolved | { readonly error: Unresolved };

/** The variables of one host for expressions: each is worked out when it is first asked for. */
export class HostScope {
  readonly #host: KnownHost;
  readonly #world: World;
  readonly #outcomes = new Map<string, Outcome>();
  readonly #busy = new Set<string>();

  constructor(host: KnownHost, world: World) {
    this.#host = host;
    this.#world = world;
  }

  /** A variable with its expressions resolved. Throws Unresolved where one has no result. */
  tree(name: string): Tree {
    const entry = this.#host.variables.get(name);
    if (entry === undefined) throw new Error(`no variable ${name}`);
    return this.#resolved(name, entry, newSession(this.#host.name, false)).tree;
  }

  /** A variable as an expression gets it; undefined when there is none. */
  find(name: string, session: Session): Value | undefined {
    const magic = magicOf(name, this.#host, this.#world, session);
    if (magic !== undefined) return magic;
    const entry = this.#host.variables.get(name);
    if (entry === undefined) return undefined;
    try {
      return session.budget.deeper(() => this.#resolved(name, entry, session).value);
    } catch (error) {
      // To Ansible a variable is undefined when one that it needs is.
      if (error instanceof Missing) return new Undefined(error);
      throw error;
    }
  }

  *names(): Iterable<string> {
    yield* this.#host.variables.keys();
    yield* MAGIC_NAMES;
  }

  #resolved(name: string, { tree }: Entry, session: Session): Resolved {
    const { revealing, home } = session;
    if (!hasTemplate(tree)) return { value: valueIn(tree, revealing), tree };
    const outcome = revealing ? undefined : this.#outcomes.get(name);
    if (outcome !== undefined) return given(outcome);
    const label = home === this.#host.name ? name : `hostvars['${this.#host.name}'].${name}`;
    const waiting = [...session.waiting, label];
    const mark = `${revealing} ${name}`;
    if (this.#busy.has(mark)) throw circle(waiting);
    this.#busy.add(mark);
    try {
      return this.#keep(name, session, this.#workedOut(tree, { ...session, waiting }));
    } catch (error) {
      if (error instanceof Unresolved) this.#keep(name, session, { error });
      throw error;
    } finally {
      this.#busy.delete(mark);
    }
  }

  /** What was found while a circle was closed, or what a budget did not suffice for, may not last. */
  #keep<O extends Outcome>(name: string, { revealing, waiting }: Session, outcome: O): O {
    if (!revealing && ('value' in outcome || waiting.length === 0))
      this.#outcomes.set(name, outcome);
    return outcome;
  }

  #workedOut(tree: Tree, session: Session): Resolved {
    if (tree.kind === 'leaf') {
      const value = this.#leafValue(tree, session);
      return { value, tree: this.#treeOf(value, tree) };
    }
    const resolved = this.#resolvedTree(tree, session);
    return { value: valueIn(resolved, session.revealing), tree: resolved };
  }

  #resolvedTree(tree: Tree, session: Session): Tree {
    if (!hasTemplate(tree)) return tree;
    if (tree.kind === 'leaf') return this.#treeOf(this.#leafValue(tree, session), tree);
    if (tree.kind === 'sequence') {
      const items = tree.items.map((item) => this.#resolvedTree(item, session));
      return { ...tree, items, size: sizeOf(items) };
    }
    const entries = [...tree.entries].map(([name, entry]): [string, Entry] => [
      name,
      { ...entry, tree: this.#resolvedTree(entry.tree, session) },
    ]);
    const size = sizeOf(entries.map(([, entry]) => entry.tree));
    return { ...tree, entries: new Map(entries), size };
  }

  #treeOf(value: Value, leaf: Leaf): Tree {
    try {
      return this.#world.kept.keep(treeOf(value, leaf.origin));
    } catch (error) {
      throw error instanceof Flaw ? unresolved(error, leaf) : error;
    }
  }

  #leafValue(leaf: Leaf, session: Session): Value {
    if (leaf.template !== undefined && !session.revealing) {
      return new Secret(() => this.#revealed(leaf));
    }
    try {
      return session.budget.made(this.#rendered(leaf, session));
    } catch (error) {
      if (error instanceof NeedsSecret && !session.revealing) {
        return new Secret(() => this.#revealed(leaf));
      }
      if (error instanceof Flaw) throw unresolved(error, leaf);
      throw error;
    }
  }

  #rendered(leaf: Leaf, session: Session): Value {
    // Ansible passes on a plain number, boolean or null of a variable that stands alone.
    const other = this.#host.variables.get(singleName(leaf) ?? '')?.tree;
    if (
      other?.kind === 'leaf' &&
      !(other.value instanceof Secret) &&
      typeof other.value !== 'string'
    ) {
      return valueIn(other, session.revealing);
    }
    const scope = {
      find: (name: string) => this.find(name, session),
      names: () => this.names(),
    };
    return this.#world.render(templateOf(leaf), scope, session.budget);
  }

  #revealed(leaf: Leaf): string {
    const session = newSession(this.#host.name, true);
    const value = this.#leafValue(leaf, session);
    try {
      return remember(secretText(value));
    } catch (error) {
      throw error instanceof Flaw ? unresolved(error, leaf) : error;
    }
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

function unresolved(flaw: Flaw, leaf: Leaf): Unresolved {
  const kind = flaw instanceof MissingFlaw ? Missing : Unresolved;
  return new kind(flaw.message, originInside(leaf, flaw.at), flaw.fix);
}
