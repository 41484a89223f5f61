import type { Command } from 'commander';
import { drain } from '#playbooks/drain.ts';
import type { Done } from '../command-file.ts';
import { requestOf } from '../flags/inventory.ts';
import { addDutyFlags } from '../flags/rollout.ts';
import { load } from '../load.ts';
import { printWarnings } from '../print.ts';
import { machineName, type RunFlags, runByFlags, userName } from '../run-loaded.ts';

export function define(command: Command, done: Done): void {
  addDutyFlags(command).action(
    async (inventory: string, hosts: readonly string[], options: RunFlags) => {
      const request = requestOf(inventory, options);
      const loaded = await load(drain(operatorNow()), request, hosts.join(','));
      printWarnings(loaded.warnings);
      done(await runByFlags(loaded, options));
    },
  );
}

/** Who runs rota, where and when: `ada@desk at 2026-11-24T10:00:00Z`. */
function operatorNow(): string {
  const time = new Date().toISOString().replace(/\.\d+/, '');
  return `${userName()}@${machineName()} at ${time}`;
}
