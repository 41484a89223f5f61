import { exitCodeOf } from '#engine/report/exit-code.ts';
import type { Connections } from '#lib/ssh/index.ts';
import type { InventoryFlags } from './flags/inventory.ts';
import { type RolloutFlags, rolloutOptions } from './flags/rollout.ts';
import type { Loaded } from './load.ts';
import { perform } from './perform.ts';
import { printOutcome } from './print-plans.ts';

export interface LoadedOptions extends RolloutFlags, InventoryFlags {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Runs a playbook that is no file's, on members that were loaded, shows it, and gives the exit code. */
export async function runLoaded<V>(
  loaded: Loaded<V>,
  connections: Connections,
  options: LoadedOptions,
): Promise<number> {
  const { dryRun = false, json = false } = options;
  const mode = dryRun ? 'dry-run' : 'apply';
  const rollout = rolloutOptions(options);
  const performed = await perform({ loaded, connections, mode, json, rollout });
  if (!json) await printOutcome(performed, mode);
  return exitCodeOf(performed.result);
}
