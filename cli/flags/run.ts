import { type Command, Option } from 'commander';
import { addChoice } from './choice.ts';
import { addInventory } from './inventory.ts';

/** Gives a command that runs a playbook its flags. */
export function addRunFlags(command: Command): Command {
  addChoice(addInventory(command));
  return command
    .option('--dry-run', 'show every change as a diff, make none; exit code 2 if there are any')
    .addOption(new Option('-C, --check', 'the same as --dry-run').implies({ dryRun: true }))
    .option('-D, --diff', 'show each change as a diff, when it was made')
    .option('--plan-out <file>', 'a dry run whose plan is saved, for show and apply')
    .addOption(
      new Option('--confirm', 'show every change, and ask before the first one').conflicts([
        'dryRun',
        'planOut',
        'json',
      ]),
    )
    .addOption(
      new Option(
        '--retry-file <file>',
        'write the hosts that failed or were not done there, for --limit @FILE',
      ).conflicts(['dryRun', 'planOut']),
    )
    .option('--json', 'print every event as a line of JSON');
}
