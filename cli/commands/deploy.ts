import type { Command } from 'commander';
import { addRolloutFlags, addTakeOverFlags } from '../flags/rollout.ts';
import { addRunFlags, addSlice, addVia } from '../flags/run.ts';
import type { NamedFlags } from '../run-named.ts';

export function define(command: Command) {
  addTakeOverFlags(addRolloutFlags(addVia(addSlice(addRunFlags(command)))));
  return async (inventory: string, flags: NamedFlags) => {
    const { runNamed } = await import('../run-named.ts');
    return await runNamed({ command: 'deploy' }, inventory, flags);
  };
}
