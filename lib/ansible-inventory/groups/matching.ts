import { Failure } from '#engine/model/failure.ts';
import { globExpression } from '#engine/model/glob.ts';
import type { Host } from '#engine/model/host.ts';
import { didYouMean, listOf } from '#engine/model/suggest.ts';
import { findIn, pythonRegex } from '../expressions/python-regex.ts';
import type { Inventory } from '../load-inventory.ts';

/** The names that stand for the control machine, also where no inventory has them. */
export const LOCALHOST = ['localhost', '127.0.0.1', '::1'];

/** Names that match nothing, for each of which the one that was meant is looked for. */
const MOST_GUESSED = 5;
const MOST_GROUPS = 12;

export type Sign = '' | '&' | '!';

/** A part of a pattern: what it names, and what that is for. */
export interface Atom {
  readonly sign: Sign;
  readonly text: string;
}

/** Finds what the atoms of one pattern name, and collects what is wrong with them. */
export class Matching {
  readonly warnings: Failure[] = [];
  readonly #inventory: Inventory;
  readonly #byName: ReadonlyMap<string, Host>;
  readonly #where: string;
  readonly #refused: Failure[] = [];
  readonly #unknown: string[] = [];
  #localhost: Host | undefined;

  constructor(inventory: Inventory, where: string) {
    this.#inventory = inventory;
    this.#byName = new Map(inventory.hosts.map((host) => [host.name, host]));
    this.#where = where;
  }

  get failures(): readonly Failure[] {
    return [...this.#refused, ...this.#ofUnknown()];
  }

  hostsOf({ sign, text }: Atom): readonly Host[] {
    const exact = sign === '' ? this.#byName.get(text) : undefined;
    if (exact !== undefined) return [exact];
    if (text.startsWith('~')) return this.#ofRegex(text);
    const slice = sliceOf(text);
    if (slice !== undefined) return this.#ofSlice(text, slice);
    return this.#found(text) ?? this.#nothing(text);
  }

  #ofRegex(text: string): readonly Host[] {
    const expression = pythonRegex(text.slice(1));
    if (expression === undefined) {
      const fix =
        'Use what Python and JavaScript share. A comma, and without one a colon, ends an expression.';
      return this.#refuse(`The regular expression ${text} is not understood`, fix);
    }
    const names = [...this.#inventory.groups.keys(), ...this.#byName.keys()];
    const found = findIn(names, expression, 1);
    if (found === undefined) {
      const fix = 'Do not repeat what repeats already, such as (a+)+.';
      return this.#refuse(`The regular expression ${text} takes too long`, fix);
    }
    // As Python's re.match: from the beginning of a name, to wherever.
    const fitting = new Set(names.filter((_, index) => found[index]?.[0]?.index === 0));
    return this.#named((name) => fitting.has(name)) ?? this.#nothing(text);
  }

  /** Of a host that matches twice, by a group and by itself, Ansible counts both. */
  #ofSlice(text: string, slice: Slice): readonly Host[] {
    const all = this.#found(slice.base);
    if (all === undefined) return this.#nothing(slice.base);
    const hosts = hostsIn(all, slice);
    if (slice.elsewise !== undefined) this.#warn(text, slice.elsewise, hosts);
    if (hosts.length > 0 || slice.first !== slice.last) return hosts;
    return this.#refuse(`There is no host at ${text}`, positionsOf(slice.base, all.length));
  }

  #found(glob: string): readonly Host[] | undefined {
    // A file of names has thousands, and no name is to be tried against every other.
    if (!/[?*[]/.test(glob)) return this.#called(glob) ?? this.#local(glob);
    const expression = globExpression(glob);
    return this.#named((name) => expression.test(name));
  }

  /** Host names count when no group matched, or when the atom looks like one. */
  #called(name: string): readonly Host[] | undefined {
    const group = this.#inventory.groups.get(name);
    const host = this.#byName.get(name);
    const members = group?.flatMap((member) => this.#byName.get(member) ?? []);
    if (members !== undefined && !name.includes('.')) return members;
    return host === undefined ? members : [...(members ?? []), host];
  }

  #named(matches: (name: string) => boolean): readonly Host[] | undefined {
    const groups = [...this.#inventory.groups].filter(([name]) => matches(name));
    const members = groups
      .flatMap(([, names]) => names)
      .flatMap((name) => this.#byName.get(name) ?? []);
    const hosts = this.#inventory.hosts.filter(({ name }) => matches(name));
    return groups.length + hosts.length === 0 ? undefined : [...members, ...hosts];
  }

  #local(text: string): readonly Host[] | undefined {
    if (!LOCALHOST.includes(text)) return undefined;
    const named = this.#inventory.hosts.find(({ name }) => LOCALHOST.includes(name));
    this.#localhost ??= named ?? this.#inventory.implicitLocalhost?.();
    return this.#localhost && [this.#localhost];
  }

  #nothing(text: string): readonly Host[] {
    this.#unknown.push(text);
    return [];
  }

  /** Of many, which are those of another inventory or of yesterday, it does not help to guess each. */
  #ofUnknown(): readonly Failure[] {
    const names = this.#unknown;
    if (names.length <= MOST_GUESSED)
      return names.map((name) => this.#failure(...this.#guess(name)));
    const fix = 'See what there is: rota inventory INVENTORY --graph';
    return [this.#failure(`Nothing is called ${listOf(names)}`, fix)];
  }

  #guess(text: string): readonly [what: string, fix: string] {
    const what = `Nothing is called ${text}`;
    if (text.startsWith('@')) return [what, '@FILE is for --limit, and takes no sign.'];
    const groups = [...this.#inventory.groups.keys()];
    const names = [...groups, ...this.#byName.keys()];
    // Ansible takes no short names for long ones either.
    const long = names.find((name) => name.startsWith(`${text}.`));
    const fix = long === undefined ? undefined : `Did you mean ${long}?`;
    return [what, fix ?? didYouMean(text, names, `Groups: ${listOf(groups, MOST_GROUPS)}.`)];
  }

  #warn(text: string, elsewise: string, hosts: readonly Host[]): void {
    const names = listOf(hosts.map(({ name }) => name));
    const fix = `Here it is ${names === '' ? 'no host' : names}. Both read positions such as [0:2] and [1:] alike.`;
    const what = `Ansible reads ${text} otherwise than its documentation: as ${elsewise}`;
    this.warnings.push(this.#failure(what, fix));
  }

  #refuse(what: string, fix: string): readonly Host[] {
    this.#refused.push(this.#failure(what, fix));
    return [];
  }

  #failure(what: string, fix: string): Failure {
    return new Failure(what, { where: this.#where, fix });
  }
}

function positionsOf(base: string, count: number): string {
  if (count === 0) return `${base} has no hosts.`;
  return `${base} has ${count === 1 ? 'one host, at 0' : `${count} hosts, at 0 to ${count - 1}`}.`;
}

/** Positions at the end of an atom, counted from 0, or from the end when they are below it. */
interface Slice {
  /** What stands before it. */
  readonly base: string;
  readonly first: number;
  /** The last one, which belongs to it; undefined: as many as there are. */
  readonly last: number | undefined;
  /** What Ansible's own code makes of it, where that is not what its documentation says. */
  readonly elsewise?: string;
}

/**
 * The slice of an atom: `web[0]`, `web[-1]`, `web[1:2]`, `web[1:]`, `web[:2]`. Undefined for an atom
 * that ends in none, such as a set of characters. [1-2] was a slice once, and Ansible still reads it so.
 */
function sliceOf(atom: string): Slice | undefined {
  const [, base, one, begin, end] = SLICE.exec(atom) ?? [];
  if (base === undefined || base.startsWith('~')) return undefined;
  if (one !== undefined) return { base, first: Number(one), last: Number(one) };
  if (begin === '' && end === '') return undefined;
  const first = Number(begin);
  const last = end === '' ? undefined : Number(end);
  const elsewise = elsewiseOf(atom, first, last);
  return { base, first, last, ...(elsewise === undefined ? {} : { elsewise }) };
}

const SLICE = /^(.+)\[(?:(-?\d+)|(?=-?\d*:|\d+-\d*\])(-?\d*)[:-](-?\d*))\]$/s;

/** As ansible-core 2.14.18 does, inventory/manager.py: PATTERN_WITH_SUBSCRIPT, _apply_subscript. */
function elsewiseOf(atom: string, first: number, last: number | undefined): string | undefined {
  if (!/\[\d+[:-]\d*\]$/.test(atom)) return 'a set of characters';
  return last === 0 && first > 0 ? `[${first}]` : undefined;
}

function hostsIn(hosts: readonly Host[], { first, last }: Slice): readonly Host[] {
  if (first === last)
    return hosts.filter((_, index) => index === (first < 0 ? hosts.length + first : first));
  return hosts.slice(first, last === undefined || last === -1 ? hosts.length : last + 1);
}
