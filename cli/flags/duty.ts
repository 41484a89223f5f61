import type { Command } from 'commander';
import { addInventory } from './inventory.ts';

/** Gives a command that puts nodes on duty or off it the nodes, and its flags. */
export function addDutyFlags(command: Command): Command {
  return addInventory(command)
    .argument('<hosts...>', 'hosts or groups of it, such as node2')
    .option('--dry-run', 'show every change, make none; exit code 2 if there are any')
    .option('--repair', 'also where a ring is not whole')
    .option('--allow-outage', 'also where no node would be left to hold the VIPs')
    .option('--json', 'print every event as a line of JSON');
}
