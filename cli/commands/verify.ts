import type { Command } from 'commander';
import { addInventory } from '../flags/inventory.ts';
import { addRecordFlags } from '../flags/record.ts';
import { addSlice, addVia } from '../flags/run.ts';
import type { NamedFlags } from '../run-named.ts';

export function define(command: Command) {
  addVia(addSlice(addRecordFlags(addInventory(command))));
  return async (inventory: string, flags: NamedFlags) => {
    const { runNamed } = await import('../run-named.ts');
    return await runNamed({ command: 'deploy' }, inventory, { ...flags, verify: true });
  };
}
