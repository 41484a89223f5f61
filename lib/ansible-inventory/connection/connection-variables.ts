import { remember } from '#engine/model/redaction.ts';
import { Secret } from '#engine/model/secret.ts';
import type { Variables } from '../groups/group-table.ts';
import type { Problems } from '../problems.ts';
import { describe, type Entry, type Tree } from '../read/tree.ts';

const TRUE = ['y', 'yes', 'on', '1', 'true', 't', '1.0'];
const FALSE = ['n', 'no', 'off', '0', 'false', 'f', '0.0'];

/** Reads `ansible_…` variables of a host; what does not fit is added to the problems. */
export class ConnectionVariables {
  readonly #variables: Variables;
  readonly #problems: Problems;

  constructor(variables: Variables, problems: Problems) {
    this.#variables = variables;
    this.#problems = problems;
  }

  /** The value under one of these names. To Ansible the last wins; two at once are a problem. */
  text(...names: readonly string[]): string | undefined {
    const found = this.#find(names);
    const tree = found && this.#revealed(found.tree);
    return tree && this.#filled(found.name, tree);
  }

  /** As `text`, kept from being shown. */
  secret(...names: readonly string[]): Secret | undefined {
    const found = this.#find(names);
    if (found === undefined) return undefined;
    const { name, tree } = found;
    if (tree.kind === 'leaf' && tree.value instanceof Secret) return tree.value;
    const value = this.#filled(name, tree);
    return value === undefined ? undefined : new Secret(remember(value));
  }

  boolean(...names: readonly string[]): boolean | undefined {
    const found = this.#find(names);
    const tree = found && this.#revealed(found.tree);
    if (found === undefined || tree === undefined) return undefined;
    const { name } = found;
    const text = tree.kind === 'leaf' ? String(tree.value).trim().toLowerCase() : '';
    if (TRUE.includes(text)) return true;
    if (!FALSE.includes(text)) this.refuse(name, 'Write true or false.');
    return false;
  }

  refuse(name: string, fix: string, alias = name): void {
    const used = this.#entry(alias) === undefined ? name : alias;
    const entry = this.#entry(used);
    if (entry) this.#problems.add(`The variable ${used} cannot be used`, entry.tree.origin, fix);
  }

  #filled(name: string, tree: Tree): string | undefined {
    const value = plainText(tree);
    if (value?.includes('\0')) this.refuse(name, 'Take the NUL out: no program can be given one.');
    else if (value === '') this.refuse(name, 'Remove it: it is empty.');
    else if (value === undefined) this.refuse(name, `It is ${adviceOn(tree)}.`);
    else return value;
    return undefined;
  }

  #find(names: readonly string[]): { readonly name: string; readonly tree: Tree } | undefined {
    const name = this.#only(names);
    const tree = name === undefined ? undefined : this.#entry(name)?.tree;
    return name === undefined || tree === undefined ? undefined : { name, tree };
  }

  /** What a secret stands for; undefined, with a problem added, for one that cannot be had. */
  #revealed(tree: Tree): Tree | undefined {
    if (tree.kind !== 'leaf' || !(tree.value instanceof Secret)) return tree;
    const { value: secret } = tree;
    return this.#problems.attempt(() => ({ ...tree, value: secret.revealMeaning() }));
  }

  #only(names: readonly string[]): string | undefined {
    const set = names.filter((name) => this.#entry(name) !== undefined);
    const [hidden, winner] = [set.at(-2), set.at(-1)];
    if (winner === undefined || hidden === undefined) return winner;
    const origin = this.#entry(winner)?.origin;
    const fix = `Remove one of them: to Ansible ${winner} wins, wherever it is set.`;
    if (origin) this.#problems.add(`The variable ${winner} hides ${hidden}`, origin, fix);
    return winner;
  }

  /** A variable without a value is one that is not set. */
  #entry(name: string): Entry | undefined {
    const entry = this.#variables.get(name);
    return entry?.tree.kind === 'leaf' && entry.tree.value === null ? undefined : entry;
  }
}

function plainText(tree: Tree): string | undefined {
  const value = tree.kind === 'leaf' ? tree.value : undefined;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return typeof value === 'string' ? value : undefined;
}

function adviceOn(tree: Tree): string {
  if (tree.kind !== 'leaf') return `${describe(tree)}: write a text`;
  return `${describe(tree)}: quote it if it is a text`;
}
