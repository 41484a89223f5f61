import type { Command } from 'commander';
import { countOf } from '#engine/report/words.ts';
import deploy from '#playbooks/deploy.ts';
import { addInventory, type InventoryFlags, requestOf } from '../flags/inventory.ts';
import { load } from '../load.ts';
import { printWarnings } from '../print.ts';

export function define(command: Command) {
  addInventory(command);
  return lint;
}

/** Says what can be found wrong without connecting; errors are thrown, all at once. */
async function lint(inventory: string, flags: InventoryFlags): Promise<number> {
  const request = requestOf(inventory, flags);
  const { members, warnings } = await load(deploy, request);
  printWarnings(warnings);
  const counts = `${countOf(members.length, 'host')}, ${countOf(warnings.length, 'warning')}`;
  process.stdout.write(`No errors in ${request.sources.join(', ')} (${counts})\n`);
  return 0;
}
