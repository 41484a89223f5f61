import type { Command } from 'commander';
import { Failure } from '#engine/model/failure.ts';
import { filesIn, listTasksOf } from '#engine/report/task-list.ts';
import {
  addInventory,
  addPlaybook,
  type InventoryFlags,
  type PlaybookFlags,
  playbookNamed,
  requestOf,
} from '../flags/inventory.ts';
import { loadNamed, memberNamed } from '../load.ts';

interface RenderFlags extends InventoryFlags, PlaybookFlags {
  readonly host: string;
  readonly path?: string;
}

export function define(command: Command) {
  addPlaybook(addInventory(command))
    .requiredOption('--host <name>', 'the host')
    .option('--path <file>', 'only this file, as it is');
  return render;
}

/** Prints the files that would be on a host, connecting nowhere; one file with `path`, as it is. */
async function render(inventory: string, flags: RenderFlags): Promise<number> {
  const { host, path } = flags;
  const loaded = await loadNamed(playbookNamed(flags), requestOf(inventory, flags), {
    limit: host,
  });
  const { playbook, members } = loaded;
  const files = filesIn(listTasksOf(playbook, memberNamed(loaded, host), members));
  const wanted = files.filter((file) => path === undefined || file.path === path);
  if (wanted.length === 0)
    throw noFile(
      path,
      files.map((file) => file.path),
    );
  for (const file of wanted) {
    if (path === undefined)
      process.stdout.write(`──── ${file.path} (${file.mode} ${file.owner})\n`);
    process.stdout.write(path === undefined ? lineEnded(`${file.body}`) : `${file.body}`);
  }
  return 0;
}

/** What comes next begins a line of its own. */
function lineEnded(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function noFile(path: string | undefined, known: readonly string[]): Failure {
  if (known.length === 0)
    return new Failure('The playbook has no files that are known before the host has answered', {
      fix: 'See what it would change there: rota run PLAYBOOK INVENTORY --dry-run',
    });
  return new Failure('The playbook has no such file', {
    ran: path,
    fix: `Use one of: ${known.join(', ')}`,
  });
}
