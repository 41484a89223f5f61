import { exitCodeOf } from '#engine/report/exit-code.ts';
import { paintFor } from '#engine/report/paint.ts';
import type { Mode } from '#engine/run/events.ts';
import type { PlannedTask } from '#engine/run/plan.ts';
import { choose, isList, listWork } from './choose.ts';
import { askOnTerminal, requireTerminal } from './confirm.ts';
import { findPlaybook, folderOfPlaybook, type PlaybookName } from './find-playbook.ts';
import { requestOf } from './flags/inventory.ts';
import { rolloutOptions } from './flags/rollout.ts';
import type { ChoiceFlags } from './flags/run.ts';
import { load } from './load.ts';
import { print, printWarnings } from './print.ts';
import { RetryFile } from './retry-file.ts';
import { printOutcome, type RunFlags, runLoaded } from './run-loaded.ts';

export interface NamedFlags extends RunFlags, ChoiceFlags {
  readonly diff?: boolean;
  readonly planOut?: string;
  readonly confirm?: boolean;
  readonly retryFile?: string;
}

/** Runs a playbook on an inventory, shows it, and gives the exit code. */
export async function runNamed(
  name: PlaybookName,
  path: string,
  options: NamedFlags & { readonly verify?: boolean },
): Promise<number> {
  const { json = false, planOut } = options;
  const inventory = requestOf(path, options);
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
  const ran = await runLoaded({
    loaded,
    mode,
    json,
    rollout,
    choice,
    forks: options.forks,
    ...(options.diff && !json ? { onChanged: await changePrinter() } : {}),
    onEvent: (event) => retry?.onEvent(event),
    ...(options.confirm ? { approve: askOnTerminal } : {}),
  });
  if (!json) await printOutcome(ran, mode);
  await retry?.write(ran.result, loaded.targets);
  if (planOut !== undefined) {
    const input = { name, loaded, inventory, rollout, choice, options, ran };
    await saving?.savePlan(planOut, input);
  }
  return exitCodeOf(ran.result);
}

function modeOf({ verify, dryRun, planOut }: NamedFlags & { readonly verify?: boolean }): Mode {
  if (verify) return 'verify';
  return dryRun || planOut !== undefined ? 'dry-run' : 'apply';
}

/** Prints each change that was made, as a diff. */
async function changePrinter(): Promise<(host: string, task: PlannedTask) => void> {
  const { formatChange } = await import('#engine/report/plan.ts');
  return (host, task) => print(formatChange(host, task, paintFor(process.stdout)));
}
