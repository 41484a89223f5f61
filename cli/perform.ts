import type { About } from '#engine/model/about.ts';
import type { Choice } from '#engine/model/choice.ts';
import type { RolloutOptions } from '#engine/model/course.ts';
import type { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import { chooseReport } from '#engine/report/choose.ts';
import { jsonReport } from '#engine/report/json.ts';
import type { Report } from '#engine/report/report.ts';
import type { Mode, RunEvent, RunResult } from '#engine/run/events.ts';
import type { HostPlan, PlannedTask } from '#engine/run/plan.ts';
import { newRunId } from '#engine/run/run-id.ts';
import { runPlaybook } from '#engine/run/run-playbook.ts';
import type { Connections } from '#lib/ssh/index.ts';
import { stopOnInterrupt } from './interrupt.ts';
import type { Loaded } from './load.ts';
import { prepareConnections } from './prepare-connections.ts';
import { machineName, userName } from './user.ts';

export interface Performance<V> {
  readonly loaded: Loaded<V>;
  readonly connections: Connections;
  readonly mode: Mode;
  readonly json: boolean;
  readonly rollout: RolloutOptions;
  readonly choice?: Choice;
  /** How many hosts are worked on at once; all, when left out. */
  readonly forks?: number | undefined;
  readonly planId?: string;
  onChanged?(host: string, task: PlannedTask): void;
  /** As the engine's; `report` can be kept from writing meanwhile. */
  approve?(
    plans: readonly HostPlan[],
    report: Report,
    stop: AbortSignal,
  ): Promise<readonly Failure[]>;
  onEvent?(event: RunEvent): void;
}

export interface Performed {
  readonly result: RunResult;
  /** What was planned, of all hosts that could be. */
  readonly plans: readonly HostPlan[];
}

/** Runs a playbook under a report of its events, which has ended when this returns or throws. */
export async function perform<V>(input: Performance<V>): Promise<Performed> {
  const { loaded, connections, mode, rollout, planId } = input;
  await prepareConnections(connections, hostsOf(loaded));
  const report = await reportFor(input.json);
  const stop = stopOnInterrupt();
  let plans: readonly HostPlan[] = [];
  const run = runPlaybook({
    ...loaded,
    mode,
    choice: input.choice,
    forks: input.forks,
    ...(input.onChanged === undefined ? {} : { onChanged: input.onChanged }),
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
      report.onEvent(event);
    },
  });
  try {
    return { result: await run, plans };
  } finally {
    // Also when the run threw: till then it holds the terminal.
    await report.end();
  }
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

async function reportFor(json: boolean): Promise<Report> {
  const { stdout, stderr } = process;
  return json
    ? jsonReport((text) => stdout.write(text))
    : await chooseReport({ isTTY: stdout.isTTY === true, stdout, stderr });
}
