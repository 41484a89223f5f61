import type { Command } from 'commander';
import type { Done } from '../command-file.ts';
import type { RunOptions } from '../execute.ts';
import { requestOf } from '../flags/inventory.ts';
import { addRunFlags } from '../flags/run.ts';

export function define(command: Command, done: Done): void {
  addRunFlags(command).action(async (inventory: string, options: RunOptions) => {
    const { execute } = await import('../execute.ts');
    done(await execute({ command: 'image' }, requestOf(inventory, options), options));
  });
}
