import type { Command } from 'commander';
import undrain from '#playbooks/undrain.ts';
import type { Done } from '../command-file.ts';
import { requestOf } from '../flags/inventory.ts';
import { addDutyFlags } from '../flags/rollout.ts';
import { load } from '../load.ts';
import { printWarnings } from '../print.ts';
import { type RunFlags, runByFlags } from '../run-loaded.ts';

export function define(command: Command, done: Done): void {
  addDutyFlags(command).action(
    async (inventory: string, hosts: readonly string[], options: RunFlags) => {
      const loaded = await load(undrain, requestOf(inventory, options), hosts.join(','));
      printWarnings(loaded.warnings);
      done(await runByFlags(loaded, options));
    },
  );
}
