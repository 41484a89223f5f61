import type { Command } from 'commander';
import { countOf } from '#engine/report/words.ts';
import deploy from '#playbooks/deploy.ts';
import type { Done } from '../command-file.ts';
import {
  addInventory,
  type InventoryFlags,
  type InventoryRequest,
  requestOf,
} from '../flags/inventory.ts';
import { load } from '../load.ts';
import { printWarnings } from '../print.ts';

export function define(command: Command, done: Done): void {
  addInventory(command).action(async (inventory: string, flags: InventoryFlags) =>
    done(await lint(requestOf(inventory, flags))),
  );
}

/** Says what can be found wrong without connecting; errors are thrown, all at once. */
async function lint(inventory: InventoryRequest): Promise<number> {
  const { members, warnings } = await load(deploy, inventory);
  printWarnings(warnings);
  const counts = `${countOf(members.length, 'host')}, ${countOf(warnings.length, 'warning')}`;
  process.stdout.write(`No errors in ${inventory.sources.join(', ')} (${counts})\n`);
  return 0;
}
