import { type Command, Option } from 'commander';
import { addExtraVariables } from '../flags/inventory.ts';
import { count } from '../flags/values.ts';
import { addVaultFlags } from '../flags/vault.ts';
import type { ProveFlags } from '../prove-playbook.ts';

export function define(command: Command) {
  command
    .argument('<playbook>', 'a playbook of your own, such as playbooks/mine.ts')
    .argument('[inventory]', 'hosts, groups and variables; none of their addresses is connected to')
    .option('--kills <n>', 'how many runs are killed', count, 5)
    .option('--seed <n>', 'chooses when: printed, so that it can be tried again', count)
    .option(
      '--root <archive>',
      'a tar archive of the files that hosts begin with, an sshd among them',
    )
    .option('--json', 'print JSON')
    .option('--junit <file>', 'write the verdicts there, as JUnit has them')
    .addOption(new Option('--desk <place>').argParser(JSON.parse).hideHelp());
  addExtraVariables(addVaultFlags(command.optionsGroup('Inventory:')));
  return async (playbook: string, inventory: string | undefined, flags: ProveFlags) => {
    const { provePlaybook } = await import('../prove-playbook.ts');
    return await provePlaybook(playbook, inventory, flags);
  };
}
