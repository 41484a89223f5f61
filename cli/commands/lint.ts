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
import { addJson } from '../flags/values.ts';
import { load, loadNamed } from '../load.ts';
import { printJson, printWarnings } from '../print.ts';

export function define(command: Command) {
  addJson(addPlaybook(addInventory(command)), 'print what was found as JSON');
  return lint;
}

interface LintFlags extends InventoryFlags, PlaybookFlags {
  readonly json?: string;
}

/** Says what can be found wrong without connecting; errors are thrown, all at once. */
async function lint(path: string, flags: LintFlags): Promise<number> {
  const request = requestOf(path, flags);
  const { playbook, members, warnings } =
    flags.playbook === undefined
      ? await load<unknown>(deploy as Playbook<unknown>, request)
      : await loadNamed(playbookNamed(flags), request);
  // A task refuses what it was given when it is made. Those of deploy get nothing that was not checked.
  if (flags.playbook !== undefined) {
    const { listTasks } = await import('#engine/report/task-list.ts');
    listTasks(playbook, members);
  }
  const defaults = defaultsBeside(path);
  if (flags.json) {
    const hosts = members.map(({ host }) => host.name);
    const inventory = request.sources;
    await printJson({ inventory, defaults, playbook: playbook.name, hosts, warnings, errors: [] });
    return 0;
  }
  const read = [...request.sources, ...(defaults === undefined ? [] : [defaults])];
  printWarnings(warnings);
  const counts = `${countOf(members.length, 'host')}, ${countOf(warnings.length, 'warning')}`;
  process.stdout.write(`No errors in ${read.join(', ')} (${counts})\n`);
  return 0;
}
