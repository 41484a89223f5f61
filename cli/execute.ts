import { exitCodeOf } from '#engine/report/exit-code.ts';
import { paintFor } from '#engine/report/paint.ts';
import type { Mode } from '#engine/run/events.ts';
import type { PlannedTask } from '#engine/run/plan.ts';
import { Connections } from '#lib/ssh/index.ts';
import { choose } from './choose.ts';
import { askOnTerminal, requireTerminal } from './confirm.ts';
import { findPlaybook, folderOfPlaybook, type PlaybookName } from './find-playbook.ts';
import type { ChoiceFlags } from './flags/choice.ts';
import type { InventoryFlags, InventoryRequest } from './flags/inventory.ts';
import { type RolloutFlags, rolloutOptions } from './flags/rollout.ts';
import { isList, listWork } from './list-work.ts';
import { load } from './load.ts';
import { perform } from './perform.ts';
import { print, printWarnings } from './print.ts';
import { printOutcome } from './print-plans.ts';
import { RetryFile } from './retry-file.ts';

export interface RunOptions extends RolloutFlags, InventoryFlags, ChoiceFlags {
  readonly dryRun?: boolean;
  readonly diff?: boolean;
  readonly json?: boolean;
  readonly planOut?: string;
  readonly confirm?: boolean;
  readonly retryFile?: string;
}

/** Runs a playbook on an inventory, shows it, and gives the exit code. */
export async function execute(
  name: PlaybookName,
  inventory: InventoryRequest,
  options: RunOptions & { readonly verify?: boolean },
): Promise<number> {
  const { json = false, planOut } = options;
  const playbook = await findPlaybook(name);
  if (options.confirm) requireTerminal();
  const saving = planOut === undefined ? undefined : await import('./save-plan.ts');
  saving?.refuseScript(playbook);
  const request = { ...inventory, playbookFolder: folderOfPlaybook(name) };
  const loaded = await load(playbook, request, options.limit);
  printWarnings(loaded.warnings);
  const choice = choose(loaded, options);
  if (isList(options)) {
    listWork(loaded, choice, options);
    return 0;
  }
  const mode = modeOf(options);
  const rollout = rolloutOptions(options);
  const retry = options.retryFile === undefined ? undefined : new RetryFile(options.retryFile);
  await using connections = new Connections(options.forks);
  const performed = await perform({
    loaded,
    connections,
    mode,
    json,
    rollout,
    choice,
    forks: options.forks,
    ...(options.diff && !json ? { onChanged: await changePrinter() } : {}),
    onEvent: (event) => retry?.onEvent(event),
    ...(options.confirm ? { approve: askOnTerminal } : {}),
  });
  if (!json) await printOutcome(performed, mode);
  await retry?.write(performed.result, loaded.targets);
  if (planOut !== undefined) {
    const input = { name, loaded, inventory, rollout, choice, options, performed };
    await saving?.savePlan(planOut, input);
  }
  return exitCodeOf(performed.result);
}

function modeOf({ verify, dryRun, planOut }: RunOptions & { readonly verify?: boolean }): Mode {
  if (verify) return 'verify';
  return dryRun || planOut !== undefined ? 'dry-run' : 'apply';
}

/** Prints each change that was made, as a diff. */
async function changePrinter(): Promise<(host: string, task: PlannedTask) => void> {
  const { formatChange } = await import('#engine/report/diff.ts');
  return (host, task) => print(formatChange(host, task, paintFor(process.stdout)));
}
