import { formatOrigin, type Host } from '#engine/model/host.ts';
import { escapeControl } from '#engine/report/escape.ts';
import { formatTable } from '#engine/report/table.ts';
import { countOf } from '#engine/report/words.ts';
import type { Inventory } from '#lib/ansible-inventory/index.ts';

/** Every host of an inventory on a line, with how it is reached and its groups. */
export function overviewOf({ sources, hosts, groups }: Inventory): string {
  const own = [...groups.keys()].filter((name) => name !== 'all' && name !== 'ungrouped');
  const counts = `${countOf(hosts.length, 'host')} in ${countOf(own.length, 'group')}`;
  const table = formatTable([
    ['host', 'reached as', 'groups', 'named at'],
    ...hosts.map((host) => rowOf(host).map(escapeControl)),
  ]);
  return [
    `${escapeControl(sources.join(', '))}: ${counts}`,
    '',
    table,
    '',
    'More: --graph, --list, --host HOST, --explain HOST [VARIABLE]',
  ].join('\n');
}

function rowOf({ name, connection, groups, origin }: Host): readonly string[] {
  return [name, reachedAs(connection), groups.join(' '), formatOrigin(origin)];
}

/** As far as the inventory says it: ssh_config may say more. */
function reachedAs({ transport, user, address, port }: Host['connection']): string {
  if (transport === 'local') return 'this machine';
  return `${user === undefined ? '' : `${user}@`}${address}${port === undefined ? '' : ` port ${port}`}`;
}
