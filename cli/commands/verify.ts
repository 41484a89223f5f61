import type { Command } from 'commander';
import type { Done } from '../command-file.ts';
import { addInventory, requestOf } from '../flags/inventory.ts';
import type { NamedFlags } from '../run-named.ts';

export function define(command: Command, done: Done): void {
  addInventory(command)
    .option('--json', 'print every event as a line of JSON')
    .action(async (inventory: string, flags: NamedFlags) => {
      const { runNamed } = await import('../run-named.ts');
      const options = { ...flags, verify: true };
      done(await runNamed({ command: 'deploy' }, requestOf(inventory, flags), options));
    });
}
