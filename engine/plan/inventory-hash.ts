import type { Member } from '#engine/model/playbook.ts';
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
      .map(([name, { written, origin }]) => [name, written, origin.file] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
    vars,
  }));
  return keyedHash(key, ['inventory'], hosts);
}
