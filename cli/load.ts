import { Failure, Failures } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import type { Member, Playbook } from '#engine/model/playbook.ts';
import { didYouMean, listOf } from '#engine/model/suggest.ts';
import { bindVariables, type Inventory, selectHosts } from '#lib/ansible-inventory/index.ts';
import { type InventoryRequest, limitTo, openInventory } from './open-inventory.ts';

/** A playbook and an inventory that fit together, with nothing wrong that can be seen offline. */
export interface Loaded<V> {
  readonly playbook: Playbook<V>;
  /** The files and folders of the inventory, as they were named. */
  readonly sources: readonly string[];
  /** All hosts of the playbook. */
  readonly members: readonly Member<V>[];
  /** The names of those that --limit leaves. */
  readonly targets: ReadonlySet<string>;
  /** Does the local work instead of the control machine. */
  readonly localHost: Host | undefined;
  readonly warnings: readonly Failure[];
}

/** Reads an inventory for a playbook. Throws Failures with all that is wrong at once. */
export async function load<V>(
  playbook: Playbook<V>,
  request: InventoryRequest,
  limit?: string,
): Promise<Loaded<V>> {
  const inventory = await openInventory(request);
  requireGroup(inventory, playbook.hosts);
  const { hosts, warnings } = selectHosts(inventory, playbook.hosts);
  const members = bindVariables(playbook.vars, hosts, playbook.prefixes ?? []);
  const wrong = playbook.lint?.(members) ?? [];
  if (wrong.length > 0) throw new Failures(wrong);
  const limited = await limitTo(inventory, hosts, limit);
  return {
    playbook,
    sources: request.sources,
    members,
    targets: new Set(limited.hosts.map(({ name }) => name)),
    localHost: hostNamed(inventory, playbook.localHost?.(members)),
    warnings: [
      ...inventory.warnings,
      ...warnings,
      ...limited.warnings,
      ...(playbook.advise?.(members) ?? []),
    ],
  };
}

/** The name is the playbook's: what the inventory calls its own can be put below it. */
function requireGroup({ groups, hosts, sources }: Inventory, wanted: string): void {
  const isName = /^[\w-]+$/.test(wanted) && wanted !== 'localhost';
  if (!isName || groups.has(wanted) || hosts.some(({ name }) => name === wanted)) return;
  const names = [...groups.keys()].filter((name) => name !== 'all' && name !== 'ungrouped');
  const [own] = names;
  throw new Failure(`The inventory has no group ${wanted}`, {
    where: sources.join(', '),
    fix:
      own === undefined
        ? `Put the hosts that the playbook is for into it: ${wanted}: {hosts: {NAME: }}`
        : `Put your own group below it, here or in one more file that -i names: ${wanted}: {children: {${own}: }}. Groups: ${listOf(names, 10)}.`,
  });
}

function hostNamed(inventory: Inventory, wanted: string | undefined): Host | undefined {
  const found = inventory.hosts.find(({ name }) => name === wanted);
  if (wanted === undefined || found !== undefined) return found;
  const names = inventory.hosts.map(({ name }) => name);
  throw new Failure('The inventory has no host of that name for the local work', {
    where: inventory.sources.join(', '),
    ran: wanted,
    fix: didYouMean(wanted, names, 'Add it, in any group, or leave it out to use this machine.'),
  });
}
