import type { Command } from 'commander';
import type { Done } from '../command-file.ts';
import { requestOf } from '../flags/inventory.ts';
import { addRolloutFlags } from '../flags/rollout.ts';
import { addRunFlags } from '../flags/run.ts';
import type { NamedFlags } from '../run-named.ts';

export function define(command: Command, done: Done): void {
  command.argument('<playbook>', 'a playbook of your own, such as playbooks/mine.ts');
  addRolloutFlags(addRunFlags(command)).action(
    async (path: string, inventory: string, options: NamedFlags) => {
      const { runNamed } = await import('../run-named.ts');
      done(await runNamed({ command: 'run', path }, requestOf(inventory, options), options));
    },
  );
}
