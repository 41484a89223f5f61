import type { Command } from 'commander';
import type { Done } from '../command-file.ts';
import { requestOf } from '../flags/inventory.ts';
import { addRunFlags } from '../flags/run.ts';
import type { NamedFlags } from '../run-named.ts';

export function define(command: Command, done: Done): void {
  addRunFlags(command).action(async (inventory: string, options: NamedFlags) => {
    const { runNamed } = await import('../run-named.ts');
    done(await runNamed({ command: 'image' }, requestOf(inventory, options), options));
  });
}
