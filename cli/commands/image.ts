import type { Command } from 'commander';
import { addRunFlags } from '../flags/run.ts';
import type { NamedFlags } from '../run-named.ts';

export function define(command: Command) {
  addRunFlags(command);
  return async (inventory: string, flags: NamedFlags) => {
    const { runNamed } = await import('../run-named.ts');
    return await runNamed({ command: 'image' }, inventory, flags);
  };
}
