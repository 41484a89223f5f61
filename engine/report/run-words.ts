import type { RunEvent } from '../run/events.ts';
import { countOf } from './words.ts';

export const INTERRUPTED = 'interrupted: nothing new is started, what is under way is finished';

/** The control machine is no host of the inventory, unless it is the only one. */
export function inventoryHosts<H>(hosts: readonly H[], nameOf: (host: H) => string): readonly H[] {
  const others = hosts.filter((host) => nameOf(host) !== 'localhost');
  return others.length === 0 ? hosts : others;
}

/** `keepalived on 3 hosts, dry run`. */
export function formatRunTitle({
  playbook,
  hosts,
  mode,
}: Extract<RunEvent, { type: 'runStarted' }>): string {
  const kind = { apply: '', verify: ', verify', 'dry-run': ', dry run' }[mode];
  const count = inventoryHosts(hosts, (name) => name).length;
  return `${playbook} on ${countOf(count, 'host')}${kind}`;
}
