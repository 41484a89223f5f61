import { formatChange, formatNotes, formatPlan } from '#engine/report/diff.ts';
import { exitCodeOf } from '#engine/report/exit-code.ts';
import { paintFor } from '#engine/report/paint.ts';
import { formatSummary } from '#engine/report/summary.ts';
import type { Mode } from '#engine/run/events.ts';
import type { HostPlan, PlannedTask } from '#engine/run/plan.ts';
import type { ChoiceFlags } from './choice-options.ts';
import { choose } from './choose.ts';
import { askOnTerminal, requireTerminal } from './confirm.ts';
import { findPlaybook, folderOfPlaybook, type PlaybookName } from './find-playbook.ts';
import type { InventoryFlags, InventoryRequest } from './inventory-options.ts';
import { isList, listWork } from './list-work.ts';
import { load } from './load.ts';
import { perform } from './perform.ts';
import { print, printWarnings } from './print.ts';
import { RetryFile } from './retry-file.ts';
import { type RolloutFlags, rolloutOptions } from './rollout-options.ts';
import { refuseScript, savePlan } from './save-plan.ts';

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
  if (planOut !== undefined) refuseScript(playbook);
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
  const performed = await perform({
    loaded,
    mode,
    json,
    rollout,
    choice,
    forks: options.forks,
    ...(options.diff && !json ? { onChanged: printChange } : {}),
    onEvent: (event) => retry?.onEvent(event),
    ...(options.confirm ? { approve: askOnTerminal } : {}),
  });
  const { result, plans } = performed;
  if (!json) {
    if (mode === 'dry-run') printPlans(plans);
    else printNotes(plans);
    print(formatSummary(result, paintFor(process.stdout)));
  }
  await retry?.write(result, loaded.targets);
  if (planOut !== undefined)
    await savePlan(planOut, { name, loaded, inventory, rollout, choice, options, performed });
  return exitCodeOf(result);
}

function modeOf({ verify, dryRun, planOut }: RunOptions & { readonly verify?: boolean }): Mode {
  if (verify) return 'verify';
  return dryRun || planOut !== undefined ? 'dry-run' : 'apply';
}

/** A change that was made, as a diff. */
function printChange(host: string, task: PlannedTask): void {
  print(formatChange(host, task, paintFor(process.stdout)));
}

/** Each host's changes, as a diff. */
export function printPlans(plans: readonly Omit<HostPlan, 'state'>[]): void {
  const blocks = plans.map((plan) => formatPlan(plan, paintFor(process.stdout)).trimEnd());
  for (const block of blocks.filter(Boolean)) process.stdout.write(`${block}\n\n`);
}

/** What is to be known of hosts beside their changes, such as that one is drained. */
export function printNotes(plans: readonly HostPlan[]): void {
  for (const plan of plans) print(formatNotes(plan, paintFor(process.stdout)));
}
