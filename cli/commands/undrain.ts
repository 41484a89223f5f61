import type { Command } from 'commander';
import undrain from '#playbooks/undrain.ts';
import { addDutyFlags } from '../flags/rollout.ts';
import { type RunFlags, runByFlags } from '../run-loaded.ts';

export function define(command: Command) {
  addDutyFlags(command);
  return async (inventory: string, hosts: readonly string[], flags: RunFlags) =>
    await runByFlags(undrain, { inventory, limit: hosts.join(',') }, flags);
}
