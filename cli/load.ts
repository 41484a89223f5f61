import { Failure, Failures } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import type { Member, Playbook } from '#engine/model/playbook.ts';
import { didYouMean, listOf } from '#engine/model/suggest.ts';
import type { SliceNumber } from '#engine/rollout/slices.ts';
import { bindVariables, type Inventory, selectHosts } from '#lib/ansible-inventory/index.ts';
import type { PlaybookName } from './find-playbook.ts';
import { type InventoryRequest, limitTo, openInventory } from './open-inventory.ts';

/** A playbook and an inventory that fit together, with nothing wrong that can be seen offline. */
export interface Loaded<V> {
  readonly playbook: Playbook<V>;
  /** The files and folders of the inventory, as they were named. */
  readonly sources: readonly string[];
  /** All hosts of the playbook. */
  readonly members: readonly Member<V>[];
  /** The names of those that --limit and --slice leave. */
  readonly targets: ReadonlySet<string>;
  /** Which slice they are, `1/5`. */
  readonly slice?: string;
  /** Does the local work instead of the control machine. */
  readonly localHost: Host | undefined;
  readonly warnings: readonly Failure[];
}

/** Which hosts of a playbook are wanted; all, when nothing is said. */
export interface HostChoice {
  readonly limit?: string;
  /** Of those that are left. */
  readonly slice?: SliceNumber;
}

/** Reads an inventory for a playbook. Throws Failures with all that is wrong at once. */
export async function load<V>(
  playbook: Playbook<V>,
  request: InventoryRequest,
  { limit, slice }: HostChoice = {},
): Promise<Loaded<V>> {
  const inventory = await openInventory(request);
  requireGroup(inventory, playbook.hosts);
  const { hosts, warnings } = selectHosts(inventory, playbook.hosts);
  const members = bindVariables(playbook.vars, hosts, playbook.prefixes ?? []);
  const wrong = playbook.lint?.(members) ?? [];
  if (wrong.length > 0) throw new Failures(wrong);
  const limited = await limitTo(inventory, hosts, limit);
  const targets = new Set(limited.hosts.map(({ name }) => name));
  const part = slice && (await partOf(slice, { playbook, members, targets }));
  return {
    playbook,
    sources: request.sources,
    members,
    targets: part === undefined ? targets : new Set(part.names),
    localHost: hostNamed(inventory, playbook.localHost?.(members)),
    warnings: [
      ...inventory.warnings,
      ...warnings,
      ...limited.warnings,
      ...(playbook.advise?.(members) ?? []),
      ...(part?.warnings ?? []),
    ],
    ...(slice && { slice: `${slice.index}/${slice.count}` }),
  };
}

/** The cut is loaded with the first: few runs are a part of another. */
async function partOf<V>(
  slice: SliceNumber,
  { playbook, members, targets }: Pick<Loaded<V>, 'playbook' | 'members' | 'targets'>,
) {
  const { takeSlice, wholesOf } = await import('#engine/rollout/slices.ts');
  return takeSlice(slice, wholesOf(playbook, members, targets));
}

/** Loads a playbook by its name, and the inventory for it. Throws Failures with all that is wrong. */
export async function loadNamed(
  name: PlaybookName,
  request: InventoryRequest,
  choice: HostChoice = {},
): Promise<Loaded<unknown>> {
  const { findPlaybook, folderOfPlaybook } = await import('./find-playbook.ts');
  const playbook = await findPlaybook(name);
  return await load(playbook, { ...request, playbookFolder: folderOfPlaybook(name) }, choice);
}

/** The host of that name among those of a playbook. */
export function memberNamed<V>({ playbook, members }: Loaded<V>, wanted: string): Member<V> {
  const found = members.find(({ host }) => host.name === wanted);
  if (found !== undefined) return found;
  const names = members.map(({ host }) => host.name);
  throw new Failure('The playbook has no such host', {
    where: `playbook ${playbook.name}, hosts: ${playbook.hosts}`,
    ran: wanted,
    fix: didYouMean(wanted, names, `Use one of: ${listOf(names, 10)}`),
  });
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
