import { type Inventory, loadInventory } from '#lib/ansible-inventory/index.ts';
import type { InventoryRequest } from './flags/inventory.ts';
import { printWait } from './print.ts';

/** Reads the inventory of a command line. Throws Failures with all that is wrong. */
export async function openInventory(request: InventoryRequest): Promise<Inventory> {
  return await loadInventory(request.sources, {
    extra: request.extra,
    playbookFolder: request.playbookFolder,
    defaults: await request.defaults?.(),
    vault: await request.vault?.(),
    onWait: printWait,
  });
}
