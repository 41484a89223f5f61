import type { Command } from 'commander';
import { countOf } from '#engine/report/words.ts';
import { addInventory, type InventoryFlags, requestOf } from '../flags/inventory.ts';
import { addPlaybook, type PlaybookFlags, playbookNamed } from '../flags/playbook.ts';
import { loadNamed } from '../load.ts';
import { printWarnings } from '../print.ts';

export function define(command: Command) {
  addPlaybook(addInventory(command));
  return lint;
}

/** Says what can be found wrong without connecting; errors are thrown, all at once. */
async function lint(inventory: string, flags: InventoryFlags & PlaybookFlags): Promise<number> {
  const request = requestOf(inventory, flags);
  const { playbook, members, warnings } = await loadNamed(playbookNamed(flags), request);
  // A task refuses what it was given when it is made. Those of deploy get nothing that was not checked.
  if (flags.playbook !== undefined) {
    const { listTasks } = await import('#engine/report/task-list.ts');
    listTasks(playbook, members);
  }
  printWarnings(warnings);
  const counts = `${countOf(members.length, 'host')}, ${countOf(warnings.length, 'warning')}`;
  process.stdout.write(`No errors in ${request.sources.join(', ')} (${counts})\n`);
  return 0;
}
