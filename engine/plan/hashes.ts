import { createHash, createHmac } from 'node:crypto';
import type { Member } from '#engine/model/playbook.ts';
import { Secret } from '#engine/model/secret.ts';

/**
 * A keyed hash of all that an inventory, with its group_vars and host_vars, says of a playbook's
 * hosts: comments and places aside, the file of each value included.
 */
export function inventoryHash(members: readonly Member<unknown>[], key: Buffer): string {
  const hosts = members.map(({ host, vars }) => ({
    name: host.name,
    groups: host.groups,
    connection: host.connection,
    variables: [...host.variables]
      .map(([name, { written, origin }]) => [name, dotted(written), origin.file] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
    vars,
  }));
  return keyedHash(key, ['inventory'], hosts);
}

/** Secrets that a run uses are in `vars` and `connection`; the others need not be known for a plan. */
function dotted(value: unknown): unknown {
  if (value instanceof Secret) return String(value);
  if (Array.isArray(value)) return value.map(dotted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, dotted(inner)]));
}

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
