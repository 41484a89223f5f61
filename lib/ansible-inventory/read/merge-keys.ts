import type { Entry, Mapping, Tree } from './tree.ts';

/**
 * Adds what a `<<` brings, as PyYAML does: of a list the first mapping wins, of several `<<` the
 * last. False when the value is neither a mapping nor a list of mappings.
 */
export function mergedInto(entries: Map<string, Entry>, value: Tree): boolean {
  const sources = value.kind === 'sequence' ? value.items.toReversed() : [value];
  const mappings = sources.filter((source): source is Mapping => source.kind === 'mapping');
  for (const mapping of mappings) {
    for (const [name, entry] of mapping.entries) entries.set(name, entry);
  }
  return mappings.length === sources.length;
}
