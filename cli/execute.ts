import { hostname, userInfo } from 'node:os';
import type { About } from '#engine/model/about.ts';
import type { Playbook } from '#engine/model/playbook.ts';
import { chooseReport } from '#engine/report/choose.ts';
import { formatPlan } from '#engine/report/diff.ts';
import { exitCodeOf } from '#engine/report/exit-code.ts';
import { jsonReport } from '#engine/report/json.ts';
import { paintFor } from '#engine/report/paint.ts';
import type { Report } from '#engine/report/report.ts';
import { formatSummary } from '#engine/report/summary.ts';
import type { Mode, RunEvent } from '#engine/run/events.ts';
import type { StagePlan } from '#engine/run/plan.ts';
import { newRunId } from '#engine/run/run-id.ts';
import { runPlaybook } from '#engine/run/run-playbook.ts';
import { connect } from '#engine/transport/connect.ts';
import { shellOn } from '#engine/transport/on-host.ts';
import { load } from './load.ts';
import { printWarnings } from './print.ts';
import { type RolloutFlags, rolloutOptions } from './rollout-options.ts';

export interface RunOptions extends RolloutFlags {
  readonly dryRun?: boolean;
  readonly limit?: string;
  readonly json?: boolean;
}

/** Runs a playbook on an inventory, shows it, and gives the exit code. */
export async function execute<V>(
  playbook: Playbook<V>,
  inventory: string,
  options: RunOptions & { readonly verify?: boolean },
): Promise<number> {
  const loaded = await load(playbook, inventory, options.limit);
  printWarnings(loaded.warnings);
  const mode: Mode = options.verify ? 'verify' : options.dryRun ? 'dry-run' : 'apply';
  const plans = new Map<string, readonly StagePlan[]>();
  const report = reportFor(options);
  const stop = stopOnInterrupt();
  const run = runPlaybook({
    ...loaded,
    mode,
    connect,
    shellOn,
    runId: newRunId(new Date()),
    stop,
    about: aboutRun(playbook.name),
    rollout: rolloutOptions(options),
    emit: (event: RunEvent) => {
      if (event.type === 'hostPlanned') plans.set(event.host, event.stages);
      report.onEvent(event);
    },
  });
  const result = await endingWith(report, run);
  if (!options.json) {
    if (mode === 'dry-run')
      for (const [host, stages] of plans) print(formatPlan(host, stages, paintFor(process.stdout)));
    print(formatSummary(result, paintFor(process.stdout)));
  }
  return exitCodeOf(result);
}

function aboutRun(what: string): About {
  return { owner: `${userInfo().username}@${hostname()}`, since: new Date().toISOString(), what };
}

/** The report is ended also when the run threw: till then it holds the terminal. */
async function endingWith<T>(report: Report, run: Promise<T>): Promise<T> {
  try {
    return await run;
  } finally {
    await report.end();
  }
}

function reportFor({ json }: RunOptions): Report {
  const { stdout, stderr } = process;
  return json
    ? jsonReport((text) => stdout.write(text))
    : chooseReport({ isTTY: stdout.isTTY === true, stdout, stderr });
}

/** The first Ctrl-C lets what runs finish; the second ends rota as ever. */
function stopOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort());
  }
  return controller.signal;
}

function print(text: string): void {
  if (text !== '') process.stdout.write(`${text.trimEnd()}\n`);
}
