import { hostname, userInfo } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { Choice } from '#engine/model/choice.ts';
import type { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import type { RolloutOptions } from '#engine/model/rollout.ts';
import type { About } from '#engine/model/run-record.ts';
import type { Connect } from '#engine/model/session.ts';
import type { PlannedTask } from '#engine/model/task.ts';
import type { RunHeader } from '#engine/report/json.ts';
import { paintFor } from '#engine/report/paint.ts';
import { plainReport } from '#engine/report/plain.ts';
import type { ShownPlan } from '#engine/report/plan.ts';
import type { Report } from '#engine/report/report.ts';
import type { AskLeave } from '#engine/rollout/rings.ts';
import type { Mode, RunEvent } from '#engine/run/events.ts';
import type { HostPlan } from '#engine/run/plan.ts';
import { newRunId } from '#engine/run/run.ts';
import { runPlaybook } from '#engine/run/run-playbook.ts';
import type { Connections } from '#lib/ssh/index.ts';
import type { InventoryFlags } from './flags/inventory.ts';
import type { RecordFlags } from './flags/record.ts';
import type { RolloutFlags } from './flags/rollout.ts';
import { stopOnInterrupt } from './interrupt.ts';
import type { Loaded } from './load.ts';
import { versionOfPackage } from './package.ts';
import { prepareConnections } from './prepare-connections.ts';
import { fitTo } from './print.ts';
import type { OutcomeFlags, Ran } from './print-outcome.ts';
import { RunFolder } from './run-folder.ts';

export interface LoadedRun<V> {
  readonly loaded: Loaded<V>;
  readonly connections: Connections;
  readonly mode: Mode;
  readonly record?: RecordFlags;
  /** Nothing of it is to be printed. */
  readonly isQuiet?: boolean;
  readonly rollout: RolloutOptions;
  readonly choice?: Choice | undefined;
  /** How many hosts are worked on at once; as many as log in the fastest, when left out. */
  readonly forks?: number | undefined;
  readonly planId?: string;
  readonly onChanged?: ((host: string, task: PlannedTask) => void) | undefined;
  readonly leave?: AskLeave | undefined;
  /** As the engine's; `report` can be kept from writing meanwhile. */
  approve?(
    plans: readonly HostPlan[],
    report: Report,
    stop: AbortSignal,
  ): Promise<readonly Failure[]>;
  onEvent?(event: RunEvent): void;
}

/** Runs a playbook under a report of its events, which has ended when this returns or throws. */
export async function runLoaded<V>(input: LoadedRun<V>): Promise<Ran> {
  const { loaded, connections, mode, rollout, planId, record = {} } = input;
  const reports = wantsReports(record) ? await import('./write-reports.ts') : undefined;
  reports?.refuseReports(record.report ?? []);
  await prepareConnections(connections, hostsOf(loaded));
  const runId = newRunId(new Date());
  const about = aboutRun(loaded.playbook.name, planId);
  const header = headerOf(loaded, about.owner);
  const folder = new RunFolder(runId, header, record.runDir);
  const traces = await tracesOf(header);
  const report = input.isQuiet ? plainReport(() => {}) : await reportFor(header, record);
  const stop = stopOnInterrupt();
  let plans: readonly HostPlan[] = [];
  const partial: ShownPlan[] = [];
  const lines: string[] = [];
  const run = runPlaybook({
    ...loaded,
    mode,
    choice: input.choice,
    forks: input.forks,
    onChanged: input.onChanged,
    leave: input.leave,
    connect: await connectFor(connections, record),
    ...{ runId, stop, rollout, about },
    approve: async (planned) => {
      plans = planned;
      return (await input.approve?.(planned, report, stop)) ?? [];
    },
    emit: (event) => {
      const line = folder.keep(event);
      if (reports !== undefined) lines.push(line);
      traces?.onEvent(event);
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
    folder.close();
    await reports?.writeReports(lines, record);
    await traces?.end();
  }
}

function headerOf<V>({ sources: inventory, slice }: Loaded<V>, owner: string): RunHeader {
  return { rota: versionOfPackage(), owner, inventory, slice };
}

/** Where OpenTelemetry's variables of the environment ask for them. */
async function tracesOf(header: RunHeader) {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: all, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own } = process.env;
  if (!(own || all) || process.env['OTEL_SDK_DISABLED'] === 'true') return undefined;
  const { TraceSender } = await import('./send-traces.ts');
  return new TraceSender(header);
}

/** A CI job that shows what comes of it wants one without being told. */
export function wantsReports({ report = [] }: RecordFlags): boolean {
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY } = process.env;
  return report.length > 0 || Boolean(GITHUB_ACTIONS ?? GITHUB_STEP_SUMMARY);
}

/** How hosts are reached: with -vv every script is shown. */
async function connectFor(
  connections: Connections,
  { verbose = 0, json = false }: RecordFlags,
): Promise<Connect> {
  const connect = frugally(async (host) => await connections.connect(host));
  if (verbose < 2) return connect;
  const { showingScripts } = await import('#engine/report/scripts.ts');
  const stream = json ? process.stderr : process.stdout;
  return showingScripts(connect, (text) => stream.write(text), paintFor(stream));
}

/** So many hosts may take the memory that V8 wants. */
const MANY = 200;

/**
 * V8 makes ever more room for new objects, up to 134 MB, which is three times what a run over a thousand
 * hosts keeps: with what there is once it has connected to many, it goes on as well.
 */
function frugally(connect: Connect): Connect {
  let connected = 0;
  return async (host) => {
    connected += 1;
    if (connected === MANY) setFlagsFromString('--semi-space-growth-factor=1');
    return await connect(host);
  };
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
export async function reportFor(
  header: RunHeader,
  { json = false, verbose = 0 }: RecordFlags,
): Promise<Report> {
  const { stdout, stderr } = process;
  const write = (text: string) => stdout.write(text);
  if (json) {
    const { jsonReport } = await import('#engine/report/json.ts');
    return jsonReport(write, header);
  }
  if (!stdout.isTTY || process.env['TERM'] === 'dumb' || verbose > 0)
    return plainReport((text) => write(fitTo(stdout, text)), paintFor(stdout), {
      isVerbose: verbose > 0,
    });
  const { listrReport } = await import('#engine/report/listr.ts');
  return listrReport({ stdout, stderr });
}

export interface RunFlags extends RolloutFlags, InventoryFlags, RecordFlags, OutcomeFlags {
  readonly dryRun?: boolean;
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
