import type { Command } from 'commander';
import { undrain } from '#playbooks/deploy.ts';
import { requestOf } from '../flags/inventory.ts';
import { addDutyFlags, addTakeOverFlags } from '../flags/rollout.ts';
import type { RunFlags } from '../run-loaded.ts';
import { runByFlags } from '../show-run.ts';

export function define(command: Command) {
  addTakeOverFlags(addDutyFlags(command));
  return async (inventory: string, hosts: readonly string[], flags: RunFlags) => {
    const wanted = { request: requestOf(inventory, flags), limit: hosts.join(',') };
    return await runByFlags(undrain, wanted, flags);
  };
}
