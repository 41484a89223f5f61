import type { Command } from 'commander';
import { drain } from '#playbooks/drain.ts';
import { requestOf } from '../flags/inventory.ts';
import { addDutyFlags } from '../flags/rollout.ts';
import { machineName, type RunFlags, userName } from '../run-loaded.ts';
import { runByFlags } from '../show-run.ts';

export function define(command: Command) {
  addDutyFlags(command);
  return async (inventory: string, hosts: readonly string[], flags: RunFlags) => {
    const wanted = { request: requestOf(inventory, flags), limit: hosts.join(',') };
    return await runByFlags(drain(operatorNow()), wanted, flags);
  };
}

/** Who runs rota, where and when: `ada@desk at 2026-11-24T10:00:00Z`. */
function operatorNow(): string {
  const time = new Date().toISOString().replace(/\.\d+/, '');
  return `${userName()}@${machineName()} at ${time}`;
}
