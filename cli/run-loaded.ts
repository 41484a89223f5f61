import { hostname, userInfo } from 'node:os';
import type { Choice } from '#engine/model/choice.ts';
import type { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import type { Playbook } from '#engine/model/playbook.ts';
import type { RolloutOptions } from '#engine/model/rollout.ts';
import type { About } from '#engine/model/run-record.ts';
import type { PlannedTask } from '#engine/model/task.ts';
import { exitCodeOf } from '#engine/report/exit-code.ts';
import { formatNotes } from '#engine/report/notes.ts';
import { paintFor } from '#engine/report/paint.ts';
import { plainReport } from '#engine/report/plain.ts';
import type { Report } from '#engine/report/report.ts';
import { formatSummary } from '#engine/report/summary.ts';
import type { Mode, RunEvent, RunResult } from '#engine/run/events.ts';
import type { HostPlan } from '#engine/run/plan.ts';
import { newRunId } from '#engine/run/run.ts';
import { runPlaybook } from '#engine/run/run-playbook.ts';
import { Connections } from '#lib/ssh/index.ts';
import type { InventoryFlags } from './flags/inventory.ts';
import { limitsOf } from './flags/limits.ts';
import { type RolloutFlags, rolloutOptions } from './flags/rollout.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { type Loaded, load } from './load.ts';
import type { InventoryRequest } from './open-inventory.ts';
import { prepareConnections } from './prepare-connections.ts';
import { print, printPlans, printWarnings, type ShownPlan } from './print.ts';

export interface LoadedRun<V> {
  readonly loaded: Loaded<V>;
  readonly connections: Connections;
  readonly mode: Mode;
  readonly json: boolean;
  readonly rollout: RolloutOptions;
  readonly choice?: Choice | undefined;
  /** How many hosts are worked on at once; as many as log in the fastest, when left out. */
  readonly forks?: number | undefined;
  readonly planId?: string;
  readonly onChanged?: ((host: string, task: PlannedTask) => void) | undefined;
  /** As the engine's; `report` can be kept from writing meanwhile. */
  approve?(
    plans: readonly HostPlan[],
    report: Report,
    stop: AbortSignal,
  ): Promise<readonly Failure[]>;
  onEvent?(event: RunEvent): void;
}

export interface Ran {
  readonly result: RunResult;
  /** What was planned, of all hosts that could be. */
  readonly plans: readonly HostPlan[];
  /** What could be planned of hosts of which not all could be. */
  readonly partial: readonly ShownPlan[];
}

/** Runs a playbook under a report of its events, which has ended when this returns or throws. */
export async function runLoaded<V>(input: LoadedRun<V>): Promise<Ran> {
  const { loaded, connections, mode, rollout, planId } = input;
  await prepareConnections(connections, hostsOf(loaded));
  const report = await reportFor(input.json);
  const stop = stopOnInterrupt();
  let plans: readonly HostPlan[] = [];
  const partial: ShownPlan[] = [];
  const run = runPlaybook({
    ...loaded,
    mode,
    choice: input.choice,
    forks: input.forks,
    onChanged: input.onChanged,
    connect: async (host) => await connections.connect(host),
    runId: newRunId(new Date()),
    stop,
    rollout,
    about: aboutRun(loaded.playbook.name, planId),
    approve: async (planned) => {
      plans = planned;
      return (await input.approve?.(planned, report, stop)) ?? [];
    },
    emit: (event) => {
      input.onEvent?.(event);
      if (event.type === 'hostPlanned' && isPartial(event)) partial.push(event);
      report.onEvent(event);
    },
  });
  try {
    return { result: await run, plans, partial };
  } finally {
    // Also when the run threw: till then it holds the terminal.
    await report.end();
  }
}

function isPartial({ stages }: ShownPlan): boolean {
  return stages.flat().some(({ failure }) => failure !== undefined);
}

function hostsOf<V>({ members, localHost }: Loaded<V>): readonly Host[] {
  const hosts = members.map(({ host }) => host);
  return localHost === undefined ? hosts : [...hosts, localHost];
}

/** What hosts keep of a run. */
export function aboutRun(what: string, plan?: string): About {
  const owner = `${userName()}@${machineName()}`;
  return { owner, since: new Date().toISOString(), what, ...(plan === undefined ? {} : { plan }) };
}

/** Rows that move on a terminal that can move them, lines that stay anywhere else. */
async function reportFor(json: boolean): Promise<Report> {
  const { stdout, stderr } = process;
  const write = (text: string) => stdout.write(text);
  if (json) {
    const { jsonReport } = await import('#engine/report/json.ts');
    return jsonReport(write);
  }
  if (!stdout.isTTY || process.env['TERM'] === 'dumb') return plainReport(write, paintFor(stdout));
  const { listrReport } = await import('#engine/report/listr.ts');
  return listrReport({ stdout, stderr });
}

/** What came of a run: of a dry run its changes, of any other what is to be known beside them. */
export async function printOutcome({ result, plans, partial }: Ran, mode: Mode): Promise<void> {
  if (mode === 'dry-run') await printPlans([...plans, ...partial]);
  else for (const plan of plans) print(formatNotes(plan, paintFor(process.stdout)));
  print(formatSummary(result, paintFor(process.stdout)));
}

export interface RunFlags extends RolloutFlags, InventoryFlags {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Runs a playbook that is no file's on the hosts that are wanted of an inventory, all without any. */
export async function runByFlags<V>(
  playbook: Playbook<V>,
  { request, limit }: { readonly request: InventoryRequest; readonly limit?: string },
  flags: RunFlags,
): Promise<number> {
  const loaded = await load(playbook, request, limit);
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
  const ran = await runLoaded({ loaded, connections, mode, json, rollout: rolloutOptions(flags) });
  if (!json) await printOutcome(ran, mode);
  return exitCodeOf(ran.result);
}

/** A user without an entry in /etc/passwd, as in a container, has a number only. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}

export function machineName(): string {
  return hostname();
}
