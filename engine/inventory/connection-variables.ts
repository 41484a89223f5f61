import type { Variables } from './group-table.ts';
import type { Problems } from './problems.ts';
import { describe, type Entry } from './tree.ts';

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
    const name = this.#only(names);
    const tree = name === undefined ? undefined : this.#entry(name)?.tree;
    if (name === undefined || tree === undefined) return undefined;
    const value = tree.kind === 'leaf' ? tree.value : undefined;
    if (typeof value === 'number' || typeof value === 'bigint') return String(value);
    if (typeof value === 'string' && value !== '') return value;
    const advice = tree.kind === 'leaf' ? 'quote it if it is a text' : 'write a text';
    this.refuse(
      name,
      value === '' ? 'Remove it: it is empty.' : `It is ${describe(tree)}: ${advice}.`,
    );
    return undefined;
  }

  boolean(name: string): boolean | undefined {
    const entry = this.#entry(name);
    if (entry === undefined) return undefined;
    const text = entry.tree.kind === 'leaf' ? String(entry.tree.value).trim().toLowerCase() : '';
    if (TRUE.includes(text)) return true;
    if (!FALSE.includes(text)) this.refuse(name, 'Write true or false.');
    return false;
  }

  refuse(name: string, fix: string, alias = name): void {
    const used = this.#entry(alias) === undefined ? name : alias;
    const entry = this.#entry(used);
    if (entry) this.#problems.add(`The variable ${used} cannot be used`, entry.tree.origin, fix);
  }

  #only(names: readonly string[]): string | undefined {
    const [hidden, winner] = names.filter((name) => this.#entry(name) !== undefined);
    if (winner === undefined || hidden === undefined) return hidden;
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
