import type { Command } from 'commander';
import type { Playbook } from '#engine/model/playbook.ts';
import {
  addInventory,
  type InventoryFlags,
  type InventoryRequest,
  requestOf,
} from './inventory-options.ts';
import { load } from './load.ts';
import { printWarnings } from './print.ts';
import { type LoadedOptions, runLoaded } from './run-loaded.ts';
import { machineName, userName } from './user.ts';

type Done = (exitCode: number) => void;

/** Adds the commands about which nodes are on duty: drain, undrain, status. */
export function addDutyCommands(rota: Command, done: Done): void {
  dutyOptions(rota.command('drain'))
    .description('move the VIPs off nodes, and keep them off over reboots and deploys')
    .action(async (inventory: string, hosts: readonly string[], options: LoadedOptions) => {
      const { drain } = await import('#playbooks/drain.ts');
      done(
        await onHosts(drain(operatorNow()), {
          inventory: requestOf(inventory, options),
          hosts,
          options,
        }),
      );
    });
  dutyOptions(rota.command('undrain'))
    .description('bring drained nodes back on duty, as deploy would have them; then verify')
    .action(async (inventory: string, hosts: readonly string[], options: LoadedOptions) => {
      const { default: undrain } = await import('#playbooks/undrain.ts');
      done(await onHosts(undrain, { inventory: requestOf(inventory, options), hosts, options }));
    });
  addInventory(rota.command('status'))
    .description('one look at every node: what runs, who holds what, who is drained')
    .option('--json', 'print it as JSON')
    .action(async (inventory: string, options: InventoryFlags & { readonly json?: boolean }) => {
      const { status } = await import('./status.ts');
      done(await status(requestOf(inventory, options), options));
    });
}

interface OnHosts {
  readonly inventory: InventoryRequest;
  readonly hosts: readonly string[];
  readonly options: LoadedOptions;
}

async function onHosts<V>(
  playbook: Playbook<V>,
  { inventory, hosts, options }: OnHosts,
): Promise<number> {
  const loaded = await load(playbook, inventory, hosts.join(','));
  printWarnings(loaded.warnings);
  return await runLoaded(loaded, options);
}

/** Who runs rota, where and when: `ada@desk at 2026-11-24T10:00:00Z`. */
function operatorNow(): string {
  const time = new Date().toISOString().replace(/\.\d+/, '');
  return `${userName()}@${machineName()} at ${time}`;
}

function dutyOptions(command: Command): Command {
  return addInventory(command)
    .argument('<hosts...>', 'hosts or groups of it, such as node2')
    .option('--dry-run', 'show every change, make none; exit code 2 if there are any')
    .option('--repair', 'also where a ring is not whole')
    .option('--allow-outage', 'also where no node would be left to hold the VIPs')
    .option('--json', 'print every event as a line of JSON');
}
