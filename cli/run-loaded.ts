import { exitCodeOf } from '#engine/report/exit-code.ts';
import { paintFor } from '#engine/report/paint.ts';
import { formatSummary } from '#engine/report/summary.ts';
import { printNotes, printPlans } from './execute.ts';
import type { InventoryFlags } from './inventory-options.ts';
import type { Loaded } from './load.ts';
import { perform } from './perform.ts';
import { print } from './print.ts';
import { type RolloutFlags, rolloutOptions } from './rollout-options.ts';

export interface LoadedOptions extends RolloutFlags, InventoryFlags {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Runs a playbook that is no file's, on members that were loaded, shows it, and gives the exit code. */
export async function runLoaded<V>(loaded: Loaded<V>, options: LoadedOptions): Promise<number> {
  const { dryRun = false, json = false } = options;
  const { result, plans } = await perform({
    loaded,
    mode: dryRun ? 'dry-run' : 'apply',
    json,
    rollout: rolloutOptions(options),
  });
  if (!json) {
    if (dryRun) printPlans(plans);
    else printNotes(plans);
    print(formatSummary(result, paintFor(process.stdout)));
  }
  return exitCodeOf(result);
}
