import type { Command } from 'commander';
import { drain } from '#playbooks/drain.ts';
import { addDutyFlags } from '../flags/rollout.ts';
import { machineName, type RunFlags, runByFlags, userName } from '../run-loaded.ts';

export function define(command: Command) {
  addDutyFlags(command);
  return async (inventory: string, hosts: readonly string[], flags: RunFlags) =>
    await runByFlags(drain(operatorNow()), { inventory, limit: hosts.join(',') }, flags);
}

/** Who runs rota, where and when: `ada@desk at 2026-11-24T10:00:00Z`. */
function operatorNow(): string {
  const time = new Date().toISOString().replace(/\.\d+/, '');
  return `${userName()}@${machineName()} at ${time}`;
}
