import { Failure, Failures } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import type { Inventory } from './load-inventory.ts';
import { didYouMean } from './suggest.ts';

const LOCALHOST = ['localhost', '127.0.0.1', '::1'];

/**
 * The hosts of a pattern such as `web:db`, `web*,!web3` or `all:&db`, in Ansible's order. Throws
 * Failures when a part matches no name.
 */
export function selectHosts(inventory: Inventory, pattern: string): readonly Host[] {
  const atoms = split(inventory, pattern).map(atomOf);
  const selection = new Selection(inventory, pattern);
  if (atoms.length === 0) selection.refuse('The pattern is empty', 'Write all for every host.');
  const matches = atoms.map((atom) => ({ ...atom, hosts: selection.matching(atom.text) }));
  selection.throwIfAny();
  const of = (sign: string) => matches.filter((match) => match.sign === sign);
  const plain =
    of('').length > 0 ? of('').flatMap(({ hosts }) => hosts) : selection.matching('all');
  const kept = plain.filter((host) => of('&').every(({ hosts }) => hosts.includes(host)));
  return [...new Set(kept)].filter((host) => !of('!').some(({ hosts }) => hosts.includes(host)));
}

/** A comma anywhere is the separator, else the colon, unless it belongs to a name or an address. */
function split(inventory: Inventory, pattern: string): readonly string[] {
  const separator = pattern.includes(',') ? ',' : /:(?![^[]*\])/;
  return pattern
    .split(pattern.includes(',') ? ',' : /\s+/)
    .flatMap((part) => (isName(inventory, part) ? [part] : part.split(separator)))
    .flatMap((part) => part.split(/\s+/))
    .filter((part) => part !== '');
}

function isName({ hosts }: Inventory, part: string): boolean {
  const name = part.replace(/^[&!]/, '');
  return LOCALHOST.includes(name) || hosts.some((host) => host.name === name);
}

interface Atom {
  readonly sign: '' | '&' | '!';
  readonly text: string;
}

function atomOf(part: string): Atom {
  if (part.startsWith('&')) return { sign: '&', text: part.slice(1) };
  if (part.startsWith('!')) return { sign: '!', text: part.slice(1) };
  return { sign: '', text: part };
}

class Selection {
  readonly #inventory: Inventory;
  readonly #byName: ReadonlyMap<string, Host>;
  readonly #where: string;
  readonly #failures: Failure[] = [];

  constructor(inventory: Inventory, pattern: string) {
    this.#inventory = inventory;
    this.#byName = new Map(inventory.hosts.map((host) => [host.name, host]));
    this.#where = `pattern ${pattern}`;
  }

  matching(text: string): readonly Host[] {
    const exact = this.#byName.get(text);
    if (exact !== undefined) return [exact];
    if (text.startsWith('~') || text.startsWith('@') || SUBSCRIPT.test(text)) {
      const fix = 'Use names, *, ? and [abc] for now: web*, web[12], web:&db, all:!db.';
      this.refuse(`The pattern ${text} is not supported yet`, fix);
      return [];
    }
    return this.#global(text) ?? this.#local(text) ?? this.#nothing(text);
  }

  refuse(what: string, fix: string): void {
    this.#failures.push(new Failure(what, { where: this.#where, fix }));
  }

  throwIfAny(): void {
    if (this.#failures.length > 0) throw new Failures(this.#failures);
  }

  /** Host names count when no group matched, or when the pattern looks like one. */
  #global(text: string): readonly Host[] | undefined {
    const expression = globExpression(text);
    const groups = [...this.#inventory.groups].filter(([name]) => expression.test(name));
    const members = groups
      .flatMap(([, names]) => names)
      .flatMap((name) => this.#byName.get(name) ?? []);
    if (groups.length > 0 && !/[.?*[]/.test(text)) return members;
    const hosts = this.#inventory.hosts.filter(({ name }) => expression.test(name));
    return groups.length + hosts.length === 0 ? undefined : [...members, ...hosts];
  }

  #local(text: string): readonly Host[] | undefined {
    if (!LOCALHOST.includes(text)) return undefined;
    const named = this.#inventory.hosts.find(({ name }) => LOCALHOST.includes(name));
    const host = named ?? this.#inventory.implicitLocalhost?.();
    return host && [host];
  }

  #nothing(text: string): readonly Host[] {
    const names = [...this.#inventory.groups.keys(), ...this.#byName.keys()];
    const otherwise = `Groups: ${[...this.#inventory.groups.keys()].join(', ')}.`;
    this.refuse(`Nothing is called ${text}`, didYouMean(text, names, otherwise));
    return [];
  }
}

const SUBSCRIPT = /^.+\[(?:-?[0-9]+|[0-9]+[:-][0-9]*)\]$/;

/** As Python's fnmatch: `*`, `?`, `[abc]`, `[!abc]`; a bracket without an end is a character. */
function globExpression(glob: string): RegExp {
  const source = glob.replace(
    /\*+|\?|\[(!?)(\]?[^\]]*)\]|[\\^$.|+(){}[\]/-]/g,
    (part, not, set) => {
      if (part.startsWith('*')) return '.*';
      if (part === '?') return '.';
      if (set === undefined) return `\\${part}`;
      return `[${not ? '^' : ''}${set.replace(/[\\\]^[]/g, '\\$&')}]`;
    },
  );
  return compile(`^${source}$`) ?? NOTHING;
}

const NOTHING = /(?!)/;

/** A set such as [z-a] is no expression, and matches nothing. */
function compile(source: string): RegExp | undefined {
  try {
    return new RegExp(source, 's');
  } catch {
    return undefined;
  }
}
