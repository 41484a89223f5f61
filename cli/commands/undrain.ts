import type { Command } from 'commander';
import { Connections } from '#lib/ssh/index.ts';
import undrain from '#playbooks/undrain.ts';
import type { Done } from '../command-file.ts';
import { addDutyFlags } from '../flags/duty.ts';
import { requestOf } from '../flags/inventory.ts';
import { load } from '../load.ts';
import { printWarnings } from '../print.ts';
import { type LoadedOptions, runLoaded } from '../run-loaded.ts';

export function define(command: Command, done: Done): void {
  addDutyFlags(command).action(
    async (inventory: string, hosts: readonly string[], options: LoadedOptions) => {
      const loaded = await load(undrain, requestOf(inventory, options), hosts.join(','));
      printWarnings(loaded.warnings);
      await using connections = new Connections();
      done(await runLoaded(loaded, connections, options));
    },
  );
}
