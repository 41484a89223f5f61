import type { Playbook } from '#engine/model/playbook.ts';
import { exitCodeOf } from '#engine/report/exit-code.ts';
import { Connections } from '#lib/ssh/index.ts';
import { limitsOf } from './flags/limits.ts';
import { rolloutOptions } from './flags/rollout.ts';
import { type HostChoice, type Loaded, load } from './load.ts';
import type { InventoryRequest } from './open-inventory.ts';
import { printWarnings } from './print.ts';
import { printOutcome } from './print-outcome.ts';
import { type RunFlags, runLoaded } from './run-loaded.ts';

/** Runs a playbook that is no file's on the hosts that are wanted of an inventory, all without any. */
export async function runByFlags<V>(
  playbook: Playbook<V>,
  { request, ...choice }: HostChoice & { readonly request: InventoryRequest },
  flags: RunFlags,
): Promise<number> {
  const loaded = await load(playbook, request, choice);
  printWarnings(loaded.warnings);
  await using connections = new Connections(undefined, limitsOf(flags));
  return await showRun(loaded, connections, flags);
}

/** Runs a playbook on members that were loaded, shows it, and gives the exit code. */
export async function showRun<V>(
  loaded: Loaded<V>,
  connections: Connections,
  flags: RunFlags,
): Promise<number> {
  const { dryRun = false, json = false } = flags;
  const mode = dryRun ? 'dry-run' : 'apply';
  const ran = await runLoaded({
    loaded,
    connections,
    mode,
    record: flags,
    rollout: rolloutOptions(flags),
  });
  if (!json) await printOutcome(ran, mode, flags);
  return exitCodeOf(ran.result);
}
