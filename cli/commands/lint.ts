import type { Command } from 'commander';
import type { Playbook } from '#engine/model/playbook.ts';
import { countOf } from '#engine/report/words.ts';
import deploy from '#playbooks/deploy.ts';
import {
  addInventory,
  addPlaybook,
  defaultsBeside,
  type InventoryFlags,
  type PlaybookFlags,
  playbookNamed,
  requestOf,
} from '../flags/inventory.ts';
import { load, loadNamed } from '../load.ts';
import { printWarnings } from '../print.ts';

export function define(command: Command) {
  addPlaybook(addInventory(command));
  return lint;
}

/** Says what can be found wrong without connecting; errors are thrown, all at once. */
async function lint(inventory: string, flags: InventoryFlags & PlaybookFlags): Promise<number> {
  const request = requestOf(inventory, flags);
  const { playbook, members, warnings } =
    flags.playbook === undefined
      ? await load<unknown>(deploy as Playbook<unknown>, request)
      : await loadNamed(playbookNamed(flags), request);
  // A task refuses what it was given when it is made. Those of deploy get nothing that was not checked.
  if (flags.playbook !== undefined) {
    const { listTasks } = await import('#engine/report/task-list.ts');
    listTasks(playbook, members);
  }
  printWarnings(warnings);
  const counts = `${countOf(members.length, 'host')}, ${countOf(warnings.length, 'warning')}`;
  const defaults = defaultsBeside(inventory);
  const read = [...request.sources, ...(defaults === undefined ? [] : [defaults])];
  process.stdout.write(`No errors in ${read.join(', ')} (${counts})\n`);
  return 0;
}
