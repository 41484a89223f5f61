import type { Command } from 'commander';
import { Connections } from '#lib/ssh/index.ts';
import { drain } from '#playbooks/drain.ts';
import type { Done } from '../command-file.ts';
import { addDutyFlags } from '../flags/duty.ts';
import { requestOf } from '../flags/inventory.ts';
import { load } from '../load.ts';
import { printWarnings } from '../print.ts';
import { type LoadedOptions, runLoaded } from '../run-loaded.ts';
import { machineName, userName } from '../user.ts';

export function define(command: Command, done: Done): void {
  addDutyFlags(command).action(
    async (inventory: string, hosts: readonly string[], options: LoadedOptions) => {
      const request = requestOf(inventory, options);
      const loaded = await load(drain(operatorNow()), request, hosts.join(','));
      printWarnings(loaded.warnings);
      await using connections = new Connections();
      done(await runLoaded(loaded, connections, options));
    },
  );
}

/** Who runs rota, where and when: `ada@desk at 2026-11-24T10:00:00Z`. */
function operatorNow(): string {
  const time = new Date().toISOString().replace(/\.\d+/, '');
  return `${userName()}@${machineName()} at ${time}`;
}
