import { Failure } from '#engine/model/failure.ts';
import { globExpression } from '#engine/model/glob.ts';
import type { Host } from '#engine/model/host.ts';
import { didYouMean } from '#engine/model/suggest.ts';
import { findIn, pythonRegex } from '../expressions/python-regex.ts';
import type { Inventory } from '../load-inventory.ts';

/** The names that stand for the control machine, also where no inventory has them. */
export const LOCALHOST = ['localhost', '127.0.0.1', '::1'];

export type Sign = '' | '&' | '!';

/** A part of a pattern: what it names, and what that is for. */
export interface Atom {
  readonly sign: Sign;
  readonly text: string;
}

/** Finds what the atoms of one pattern name, and collects what is wrong with them. */
export class Matching {
  readonly failures: Failure[] = [];
  readonly warnings: Failure[] = [];
  readonly #inventory: Inventory;
  readonly #byName: ReadonlyMap<string, Host>;
  readonly #where: string;
  #localhost: Host | undefined;

  constructor(inventory: Inventory, where: string) {
    this.#inventory = inventory;
    this.#byName = new Map(inventory.hosts.map((host) => [host.name, host]));
    this.#where = where;
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
    return this.#named((name) => fitting.has(name), true) ?? this.#nothing(text);
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
    const expression = globExpression(glob);
    const matches = (name: string) => expression.test(name);
    return this.#named(matches, /[.?*[]/.test(glob)) ?? this.#local(glob);
  }

  /** Host names count when no group matched, or when the atom looks like one. */
  #named(matches: (name: string) => boolean, hostsToo: boolean): readonly Host[] | undefined {
    const groups = [...this.#inventory.groups].filter(([name]) => matches(name));
    const members = groups
      .flatMap(([, names]) => names)
      .flatMap((name) => this.#byName.get(name) ?? []);
    if (groups.length > 0 && !hostsToo) return members;
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
    const groups = [...this.#inventory.groups.keys()];
    const names = [...groups, ...this.#byName.keys()];
    if (text.startsWith('@'))
      return this.#refuse(`Nothing is called ${text}`, '@FILE is for --limit, and takes no sign.');
    // Ansible takes no short names for long ones either.
    const long = names.find((name) => name.startsWith(`${text}.`));
    const fix = long === undefined ? undefined : `Did you mean ${long}?`;
    const otherwise = `Groups: ${groups.join(', ')}.`;
    return this.#refuse(`Nothing is called ${text}`, fix ?? didYouMean(text, names, otherwise));
  }

  #warn(text: string, elsewise: string, hosts: readonly Host[]): void {
    const names = hosts.map(({ name }) => name).join(', ');
    const fix = `Here it is ${names === '' ? 'no host' : names}. Both read positions such as [0:2] and [1:] alike.`;
    const what = `Ansible reads ${text} otherwise than its documentation: as ${elsewise}`;
    this.warnings.push(new Failure(what, { where: this.#where, fix }));
  }

  #refuse(what: string, fix: string): readonly Host[] {
    this.failures.push(new Failure(what, { where: this.#where, fix }));
    return [];
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
