import { Secret } from '#engine/model/secret.ts';

/**
 * Plain data with what its secrets mean in place of them, for a schema to look at. Throws Unresolved
 * for one that cannot be had.
 */
export function revealed(value: unknown): unknown {
  if (value instanceof Secret) return value.revealMeaning();
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, revealed(inner)]));
}
