import { Failure } from '#engine/model/failure.ts';
import { exitCodeOf } from '#engine/report/exit-code.ts';
import type { ShownPlan } from '#engine/report/plan.ts';
import { countOf } from '#engine/report/words.ts';
import { hostsIn } from '#engine/rollout/rings.ts';
import { countFor, slicesOf, wholesOf } from '#engine/rollout/slices.ts';
import type { Emit, Mode } from '#engine/run/events.ts';
import { newRunId } from '#engine/run/run.ts';
import { carriedOf } from '#queue/carried.ts';
import { type Conducting, conduct } from '#queue/conduct.ts';
import { connectQueue, type Queue } from '#queue/connect.ts';
import { showEnded } from '#queue/ended-run.ts';
import type { Description, RunEnd } from '#queue/messages.ts';
import { describeRun } from '#queue/offer.ts';
import { sourceIn } from '#queue/source.ts';
import { findPlaybook, folderOfPlaybook, type PlaybookName } from './find-playbook.ts';
import { requestOf } from './flags/inventory.ts';
import type { RecordFlags } from './flags/record.ts';
import { rolloutOptions } from './flags/rollout.ts';
import type { ChoiceFlags } from './flags/run.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { load } from './load.ts';
import { versionOfPackage } from './package.ts';
import { printWait, printWarnings } from './print.ts';
import { type OutcomeFlags, printOutcome } from './print-outcome.ts';
import { RunFolder } from './run-folder.ts';
import { aboutRun, type RunFlags, reportFor, wantsReports } from './run-loaded.ts';

export interface Via {
  readonly name: PlaybookName;
  readonly inventory: string;
  readonly mode: Mode;
  readonly url: string;
  readonly options: RunFlags & ChoiceFlags & { readonly sliceSize?: number };
}

/** Has the workers of a queue run a playbook, shows it as one run, and gives the exit code. */
export async function runVia({ url, ...input }: Via): Promise<number> {
  const description = await descriptionOf(input);
  await using queue = await connectQueue(url, printWait);
  await describeRun(queue, description);
  return await showVia(queue, description, { record: input.options, isTakenUp: false });
}

/** As many hosts as a process has done long before anyone waits for it, and as are done again if it dies. */
const SLICE_SIZE = 100;

async function descriptionOf({
  name,
  inventory,
  mode,
  options,
}: Omit<Via, 'url'>): Promise<Description> {
  const carried = carriedOf({ ...options });
  const source = sourceIn(process.cwd());
  const playbook = await findPlaybook(name);
  const request = { ...requestOf(inventory, options), playbookFolder: folderOfPlaybook(name) };
  const { limit } = options;
  const { members, targets, warnings, sources } = await load(
    playbook,
    request,
    limit === undefined ? {} : { limit },
  );
  printWarnings(warnings);
  const wholes = wholesOf(playbook, members, targets);
  const size = options.sliceSize ?? SLICE_SIZE;
  const { maxFail, ringsAtOnce } = rolloutOptions(options);
  const maxFailed = hostsIn(maxFail, targets.size);
  return {
    owner: aboutRun(playbook.name).owner,
    playbook: playbook.name,
    slices: slicesOf(wholes, countFor(wholes, size)).map((names) => [...names]),
    ...(playbook.rollout && mode === 'apply' ? { maxFailed } : {}),
    ...(ringsAtOnce === undefined ? {} : { ringsAtOnce }),
    work: {
      rota: versionOfPackage(),
      run: newRunId(new Date()),
      commit: source.commit,
      ...(name.command === 'run' ? { playbook: source.pathOf(name.path) } : {}),
      inventory: sources.map(source.pathOf),
      mode,
      // A share is one of all hosts, of which a worker has a part.
      options: carried.maxFail ? { ...carried, maxFail: { hosts: maxFailed } } : carried,
    },
  };
}

interface ShownRun {
  readonly record: RecordFlags & OutcomeFlags;
  readonly isTakenUp: boolean;
  /** How it ended, where it is over. */
  readonly end?: RunEnd | undefined;
}

/** Shows a run that workers do, to its end, or have done, and gives the exit code. */
export async function showVia(
  queue: Queue,
  description: Description,
  { record, isTakenUp, end }: ShownRun,
): Promise<number> {
  const { owner, work } = description;
  const reports = wantsReports(record) ? await import('./write-reports.ts') : undefined;
  reports?.refuseReports(record.report ?? []);
  const header = { rota: work.rota, owner, inventory: work.inventory };
  const folder = new RunFolder(work.run, header, record.runDir);
  const report = await reportFor(header, record);
  const plans = new Map<string, ShownPlan>();
  const lines: string[] = [];
  try {
    const emit: Emit = (event) => {
      if (event.type === 'hostPlanned') plans.set(event.host, event);
      const line = folder.keep(event);
      if (reports !== undefined) lines.push(line);
      report.onEvent(event);
    };
    const result = await (end === undefined
      ? conduct({ queue, description, isTakenUp, stop: stopOnInterrupt(), emit, ...WARN })
      : showEnded({ queue, description, end, emit }));
    await report.end();
    const partial = [...plans.values()];
    if (!record.json) await printOutcome({ result, plans: [], partial }, result.mode, record);
    return exitCodeOf(result);
  } finally {
    await report.end();
    folder.close();
    await reports?.writeReports(lines, record);
  }
}

const WARN: Pick<Conducting, 'onRefusal' | 'onWait'> = {
  onRefusal: (why) => printWarnings([new Failure('A worker cannot run a slice', { where: why })]),
  onWait: (slices) =>
    printWait(
      `no worker asks for ${countOf(slices, 'slice')}: rota work --queue URL --trust REPOSITORY#BRANCH`,
    ),
};
