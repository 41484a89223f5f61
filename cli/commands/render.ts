import type { Command } from 'commander';
import { Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import { desiredFiles } from '#engine/report/task-list.ts';
import deploy from '#playbooks/deploy.ts';
import { addInventory, type InventoryFlags, requestOf } from '../flags/inventory.ts';
import { load } from '../load.ts';

interface RenderFlags extends InventoryFlags {
  readonly host: string;
  readonly path?: string;
}

export function define(command: Command) {
  addInventory(command)
    .requiredOption('--host <name>', 'the host')
    .option('--path <file>', 'only this file, as it is');
  return render;
}

/** Prints the files that would be on a host, connecting nowhere; one file with `path`, as it is. */
async function render(inventory: string, flags: RenderFlags): Promise<number> {
  const { host, path } = flags;
  const { members } = await load(deploy, requestOf(inventory, flags), host);
  const member = members.find((candidate) => candidate.host.name === host);
  if (member === undefined)
    throw noSuch(
      'host',
      host,
      members.map((candidate) => candidate.host.name),
    );
  const none = new Answers();
  const files = desiredFiles(deploy, {
    ...member,
    members,
    local: none,
    facts: none,
    meanwhile: new Map(),
    takeOver: [],
  });
  const wanted = files.filter((file) => path === undefined || file.path === path);
  if (wanted.length === 0)
    throw noSuch(
      'file',
      path ?? '',
      files.map((file) => file.path),
    );
  for (const file of wanted) {
    if (path === undefined)
      process.stdout.write(`──── ${file.path} (${file.mode} ${file.owner})\n`);
    process.stdout.write(`${file.body}`);
  }
  return 0;
}

function noSuch(word: string, name: string, known: readonly string[]): Failure {
  return new Failure(`The playbook has no such ${word}`, {
    ran: name,
    fix: `Use one of: ${known.join(', ')}`,
  });
}
