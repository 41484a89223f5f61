import type { Command } from 'commander';
import type { Done } from '../command-file.ts';
import type { RunOptions } from '../execute.ts';
import { requestOf } from '../flags/inventory.ts';
import { addRolloutFlags } from '../flags/rollout.ts';
import { addRunFlags } from '../flags/run.ts';

export function define(command: Command, done: Done): void {
  command.argument('<playbook>', 'a playbook of your own, such as playbooks/mine.ts');
  addRolloutFlags(addRunFlags(command)).action(
    async (path: string, inventory: string, options: RunOptions) => {
      const { execute } = await import('../execute.ts');
      done(await execute({ command: 'run', path }, requestOf(inventory, options), options));
    },
  );
}
