import { isIPv6 } from 'node:net';
import { Failure, Failures } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import type { Inventory } from '../load-inventory.ts';
import { type Atom, LOCALHOST, Matching, type Sign } from './matching.ts';

/** The hosts of a pattern, each once, in Ansible's order. */
export interface Selection {
  readonly hosts: readonly Host[];
  /** Of slices that Ansible's code reads otherwise than its documentation. */
  readonly warnings: readonly Failure[];
}

/**
 * The hosts of a pattern such as `web:db`, `web*,!web3`, `all:&db`, `~web\d` or `web[1:]`; what it
 * stands for, where that was looked up already. Throws Failures when an atom matches no name.
 */
export function selectHosts(
  inventory: Inventory,
  pattern: string,
  texts: readonly string[] = splitPattern(inventory, pattern),
): Selection {
  const where = `pattern ${pattern.length > LONGEST ? `${pattern.slice(0, LONGEST)}…` : pattern}`;
  if (texts.length === 0)
    throw new Failure('The pattern is empty', { where, fix: 'Write all for every host.' });
  const matching = new Matching(inventory, where);
  const atoms = texts.map(atomOf).map((atom) => ({ ...atom, hosts: matching.hostsOf(atom) }));
  if (matching.failures.length > 0) throw new Failures(matching.failures);
  const of = (sign: Sign) => atoms.filter((atom) => atom.sign === sign);
  const plain = of('').length > 0 ? of('').flatMap(({ hosts }) => hosts) : inventoryHosts(matching);
  const kept = of('&').map(({ hosts }) => new Set(hosts));
  const dropped = new Set(of('!').flatMap(({ hosts }) => hosts));
  const hosts = [...new Set(plain)].filter(
    (host) => kept.every((set) => set.has(host)) && !dropped.has(host),
  );
  return { hosts, warnings: matching.warnings };
}

/** As much of a pattern as is shown. */
const LONGEST = 100;

function atomOf(part: string): Atom {
  if (part.startsWith('&')) return { sign: '&', text: part.slice(1) };
  if (part.startsWith('!')) return { sign: '!', text: part.slice(1) };
  return { sign: '', text: part };
}

/** With signs alone, a pattern begins with all. */
function inventoryHosts(matching: Matching): readonly Host[] {
  return matching.hostsOf({ sign: '', text: 'all' });
}

/**
 * The atoms of a pattern, signs and all (inventory/manager.py, split_host_pattern): a comma anywhere
 * is the separator; else colons and blanks are, unless they belong to a name, an address or a slice.
 */
export function splitPattern(inventory: Inventory, pattern: string): readonly string[] {
  const atoms = pattern.includes(',')
    ? pattern.split(',')
    : pattern.split(/\s+/).flatMap((part) => (isName(inventory, part) ? [part] : atColons(part)));
  return atoms.map((atom) => atom.trim()).filter((atom) => atom !== '');
}

function isName({ hosts }: Inventory, part: string): boolean {
  const name = part.replace(/^[&!]/, '');
  // The first isIPv6 of a process compiles for milliseconds.
  const isAddress = name.includes(':') && isIPv6(name);
  return LOCALHOST.includes(name) || isAddress || hosts.some((host) => host.name === name);
}

/** A colon in brackets is a slice's. Ansible ends an atom at a bracket that has no partner. */
function atColons(part: string): readonly string[] {
  if (/[[\]]/.test(part.replace(/\[[^\]]*\]/g, '')))
    throw new Failure('A bracket has no partner', {
      where: `pattern ${part}`,
      fix: 'Close it, or separate the parts of the pattern with commas.',
    });
  return part.match(/(?:\[[^\]]*\]|[^:])+/g) ?? [];
}
