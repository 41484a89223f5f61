import type { Scalar } from 'yaml';
import type { Origin } from '#engine/model/host.ts';
import type { Source } from './read-scalar.ts';
import type { Leaf } from './tree.ts';

const OPENER = /\{[{%#]/g;

/** Where each expression of a scalar begins in its file; nothing for a scalar without any. */
export function expressionOrigins({ range }: Scalar.Parsed, source: Source): Pick<Leaf, 'openers'> {
  const [start, end] = range;
  const found = [...source.text.slice(start, end).matchAll(OPENER)];
  if (found.length === 0) return {};
  return { openers: found.map(({ index }) => source.originOf(start + index)) };
}

/** The place in the file of an offset into the text of a leaf, as near as can be told. */
export function originInside(
  { value, origin, openers = [] }: Leaf,
  at: number | undefined,
): Origin {
  const text = String(value);
  const before = [...text.slice(0, (at ?? 0) + 1).matchAll(OPENER)];
  const opener = openers[Math.max(0, before.length - 1)];
  if (opener === undefined || at === undefined) return opener ?? origin;
  const way = text.slice(before.at(-1)?.index ?? 0, at);
  // Quotes, escapes and folded lines take other room in the file than in the text.
  if (before.length === 0 || /['"\\\n]/.test(way)) return opener;
  return { ...opener, column: opener.column + way.length };
}
