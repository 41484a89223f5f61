import { isIPv6 } from 'node:net';
import { Failure } from '#engine/model/failure.ts';
import type { Inventory } from '../load-inventory.ts';

/** The names that stand for the control machine, also where no inventory has them. */
export const LOCALHOST = ['localhost', '127.0.0.1', '::1'];

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
  return LOCALHOST.includes(name) || isIPv6(name) || hosts.some((host) => host.name === name);
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
