import type { Host } from '#engine/model/host.ts';

/** Positions at the end of an atom, counted from 0, or from the end when they are below it. */
export interface Slice {
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
export function sliceOf(atom: string): Slice | undefined {
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

export function hostsIn(hosts: readonly Host[], { first, last }: Slice): readonly Host[] {
  if (first === last)
    return hosts.filter((_, index) => index === (first < 0 ? hosts.length + first : first));
  return hosts.slice(first, last === undefined || last === -1 ? hosts.length : last + 1);
}
