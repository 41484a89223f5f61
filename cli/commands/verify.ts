import type { Command } from 'commander';
import { addInventory } from '../flags/inventory.ts';
import type { NamedFlags } from '../run-named.ts';

export function define(command: Command) {
  addInventory(command).option('--json', 'print every event as a line of JSON');
  return async (inventory: string, flags: NamedFlags) => {
    const { runNamed } = await import('../run-named.ts');
    return await runNamed({ command: 'deploy' }, inventory, { ...flags, verify: true });
  };
}
