import type { Command } from 'commander';
import { Failures, failuresOf } from '#engine/model/failure.ts';
import type { Playbook } from '#engine/model/playbook.ts';
import { countOf } from '#engine/report/words.ts';
import deploy from '#playbooks/deploy.ts';
import {
  addInventoryAlone,
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
  addJson(addPlaybook(addInventoryAlone(command)), 'print what was found as JSON');
  return lint;
}

interface LintFlags extends InventoryFlags, PlaybookFlags {
  readonly json?: string;
}

/** Says what can be found wrong without connecting; errors are thrown, all at once. */
async function lint(path: string, flags: LintFlags): Promise<number> {
  const request = requestOf(path, flags);
  const loading =
    flags.playbook === undefined
      ? load<unknown>(deploy as Playbook<unknown>, request)
      : loadNamed(playbookNamed(flags), request);
  const [defaults, loaded] = await both(checkedDefaults(path), loading);
  const { playbook, members, warnings } = loaded;
  // A task refuses what it was given when it is made. Those of deploy get nothing that was not checked.
  if (flags.playbook !== undefined) {
    const { listTasks } = await import('#engine/report/task-list.ts');
    listTasks(playbook, members);
  }
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

/** The file of defaults beside an inventory, where there is one. Throws Failures with all that is wrong in it. */
async function checkedDefaults(inventory: string): Promise<string | undefined> {
  const path = defaultsBeside(inventory);
  if (path === undefined) return undefined;
  const { readDefaults } = await import('../defaults/read-defaults.ts');
  await readDefaults(path);
  return path;
}

/** What both come to. Throws Failures with those of both. */
async function both<A, B>(...work: [Promise<A>, Promise<B>]): Promise<[A, B]> {
  const wrong = (await Promise.allSettled(work)).flatMap((end) =>
    end.status === 'rejected' ? failuresOf(end.reason) : [],
  );
  if (wrong.length > 0) throw new Failures(wrong);
  return await Promise.all(work);
}
