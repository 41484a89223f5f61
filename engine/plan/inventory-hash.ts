import type { Member } from '#engine/model/playbook.ts';
import { Secret } from '#engine/model/secret.ts';
import { keyedHash } from './keyed-hash.ts';

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
