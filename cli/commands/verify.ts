import type { Command } from 'commander';
import type { Done } from '../command-file.ts';
import type { RunOptions } from '../execute.ts';
import { addInventory, requestOf } from '../flags/inventory.ts';

export function define(command: Command, done: Done): void {
  addInventory(command)
    .option('--json', 'print every event as a line of JSON')
    .action(async (inventory: string, flags: RunOptions) => {
      const { execute } = await import('../execute.ts');
      const options = { ...flags, verify: true };
      done(await execute({ command: 'deploy' }, requestOf(inventory, flags), options));
    });
}
