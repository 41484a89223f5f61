import { createHash, createHmac } from 'node:crypto';
import { Secret } from '#engine/model/secret.ts';

/** HMAC-SHA256, in hex, of data under a key; `about` keeps equal data in two places apart. */
export function keyedHash(key: Buffer, about: readonly string[], data: unknown): string {
  return createHmac('sha256', key)
    .update(canonical([about, data]))
    .digest('hex');
}

/** SHA-256, in hex. It hides nothing: who can guess the data can check the guess. */
export function openHash(data: unknown): string {
  return createHash('sha256').update(canonical(data)).digest('hex');
}

/** JSON with the keys of every object sorted. Secrets are revealed in it: it is for hashes only. */
function canonical(data: unknown): string {
  return JSON.stringify(data, function replacer(this: Record<string, unknown>, name, value) {
    const raw = this[name];
    if (raw instanceof Secret) return raw.reveal();
    return typeof value === 'bigint' ? String(value) : sorted(value);
  });
}

function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
