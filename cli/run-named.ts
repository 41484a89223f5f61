import { Failure } from '#engine/model/failure.ts';
import type { PlannedTask } from '#engine/model/task.ts';
import { exitCodeOf } from '#engine/report/exit-code.ts';
import { paintFor } from '#engine/report/paint.ts';
import type { Report } from '#engine/report/report.ts';
import type { AskLeave } from '#engine/rollout/rings.ts';
import type { HostSummary, Mode, RunEvent, RunResult } from '#engine/run/events.ts';
import type { HostPlan } from '#engine/run/plan.ts';
import { Connections } from '#lib/ssh/index.ts';
import { asksForList, choose, listWork } from './choose.ts';
import { findPlaybook, folderOfPlaybook, type PlaybookName } from './find-playbook.ts';
import { isOfWorker, requestOf } from './flags/inventory.ts';
import { limitsOf } from './flags/limits.ts';
import { rolloutOptions } from './flags/rollout.ts';
import type { ChoiceFlags } from './flags/run.ts';
import { load } from './load.ts';
import { print, printWarnings } from './print.ts';
import { hasChanges, plansText, printOutcome } from './print-outcome.ts';
import { type RunFlags, runLoaded } from './run-loaded.ts';
import { removeText, replaceText } from './text-files.ts';

export interface NamedFlags extends RunFlags, ChoiceFlags {
  readonly diff?: boolean;
  readonly planOut?: string;
  readonly confirm?: boolean;
  readonly retryFile?: string;
  readonly via?: string;
  readonly sliceSize?: number;
}

/** Runs a playbook on an inventory, shows it, and gives the exit code. */
export async function runNamed(
  name: PlaybookName,
  path: string,
  options: NamedFlags & { readonly verify?: boolean },
): Promise<number> {
  const { json = false, planOut, via: url } = options;
  if (url !== undefined) {
    const { runVia } = await import('./run-via.ts');
    return await runVia({ name, inventory: path, mode: modeOf(options), url, options });
  }
  refuseSliceSize(options);
  const inventory = requestOf(path, options);
  const playbook = await findPlaybook(name);
  if (options.confirm) requireTerminal();
  const saving = planOut === undefined ? undefined : await import('./save-plan.ts');
  saving?.refuseScript(playbook);
  const request = { ...inventory, playbookFolder: folderOfPlaybook(name) };
  const loaded = await load(playbook, request, options);
  printWarnings(loaded.warnings);
  const choice = choose(loaded, options);
  if (asksForList(options)) {
    listWork(loaded, choice, options);
    return 0;
  }
  const mode = modeOf(options);
  const rollout = rolloutOptions(options);
  const retry = options.retryFile === undefined ? undefined : new RetryFile(options.retryFile);
  await using connections = new Connections(options.forks, limitsOf(options));
  const ran = await runLoaded({
    loaded,
    connections,
    mode,
    record: options,
    rollout,
    choice,
    forks: options.forks,
    leave: await leaveHere(),
    ...(options.diff && !json ? { onChanged: await changePrinter() } : {}),
    onEvent: (event) => retry?.onEvent(event),
    ...(options.confirm ? { approve: askOnTerminal } : {}),
  });
  if (!json) await printOutcome(ran, mode, options);
  await retry?.write(ran.result, loaded.targets);
  if (planOut !== undefined) {
    const input = { name, loaded, inventory, rollout, choice, options, ran };
    await saving?.savePlan(planOut, input);
  }
  return exitCodeOf(ran.result);
}

function refuseSliceSize({ sliceSize }: NamedFlags): void {
  if (sliceSize === undefined) return;
  throw new Failure('--slice-size is for workers of a queue', {
    where: `--slice-size ${sliceSize}`,
    fix: 'Name their queue: --via nats://HOST:4222; or cut the hosts yourself: rota slices',
  });
}

/** A worker of a queue has leave asked for of what it runs. */
async function leaveHere(): Promise<AskLeave | undefined> {
  if (!isOfWorker()) return undefined;
  const { leaveOfWorker } = await import('./leave.ts');
  return leaveOfWorker();
}

function modeOf({ verify, dryRun, planOut }: NamedFlags & { readonly verify?: boolean }): Mode {
  if (verify) return 'verify';
  return dryRun || planOut !== undefined ? 'dry-run' : 'apply';
}

/** Throws a Failure where nobody can be asked. */
function requireTerminal(): void {
  if (process.stdin.isTTY && process.stdout.isTTY) return;
  throw new Failure('--confirm has no terminal to ask on', {
    fix: 'Save the plan with --plan-out FILE, read it with npm run show, and apply it with npm run apply.',
  });
}

/** Shows what is planned, and asks whether to go on; nothing is asked where nothing would change. */
async function askOnTerminal(
  plans: readonly HostPlan[],
  report: Report,
  stop: AbortSignal,
): Promise<readonly Failure[]> {
  if (!hasChanges(plans) || stop.aborted) return [];
  const { askYes } = await import('./ask.ts');
  const text = await plansText(plans);
  const isWanted = await report.suspend(async () => {
    print(text);
    return await askYes('Apply these changes? [y/N] ', process.stdout, stop);
  });
  if (isWanted || stop.aborted) return [];
  const fix = 'Run again, and answer y to make these changes.';
  return [new Failure('Nothing was changed: the answer was not yes', { fix })];
}

/** Prints each change that was made, as a diff. */
async function changePrinter(): Promise<(host: string, task: PlannedTask) => void> {
  const { formatChange } = await import('#engine/report/plan.ts');
  return (host, task) => print(formatChange(host, task, paintFor(process.stdout)));
}

/** Collects what failed while a run goes on, for its retry file. */
export class RetryFile {
  readonly #path: string;
  readonly #failed = new Set<string>();

  constructor(path: string) {
    this.#path = path;
  }

  onEvent(event: RunEvent): void {
    if ('failure' in event && 'host' in event && event.host !== undefined)
      this.#failed.add(event.host);
  }

  /** Writes the names of hosts that failed or were not done; no file where all went well. */
  async write(result: RunResult, targets: ReadonlySet<string>): Promise<void> {
    const left = result.hosts.filter(({ host }) => targets.has(host)).filter(this.#isLeft(result));
    if (left.length === 0) return await removeText(this.#path);
    await replaceText(this.#path, left.map(({ host }) => `${host}\n`).join(''));
  }

  /** After a failure of the control machine no host was so much as looked at. */
  #isLeft({ interrupted }: RunResult): (host: HostSummary) => boolean {
    return ({ host, ok, changed, failed, pending, unreachable }) =>
      this.#failed.has(host) ||
      this.#failed.has('localhost') ||
      failed + pending > 0 ||
      unreachable ||
      (interrupted && ok + changed === 0);
  }
}
