import type { Playbook } from '#engine/model/playbook.ts';
import { countOf } from '#engine/report/words.ts';
import type { InventoryRequest } from './inventory-options.ts';
import { load } from './load.ts';
import { printWarnings } from './print.ts';

/** Says what can be found wrong without connecting; errors are thrown, all at once. */
export async function lint<V>(playbook: Playbook<V>, inventory: InventoryRequest): Promise<number> {
  const { members, warnings } = await load(playbook, inventory);
  printWarnings(warnings);
  const counts = `${countOf(members.length, 'host')}, ${countOf(warnings.length, 'warning')}`;
  process.stdout.write(`No errors in ${inventory.sources.join(', ')} (${counts})\n`);
  return 0;
}
