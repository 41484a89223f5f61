import type { Command } from 'commander';
import { Failure, Failures, orFailure } from '#engine/model/failure.ts';
import { exitCodeOf } from '#engine/report/exit-code.ts';
import { mergeRuns } from '#engine/report/merge-runs.ts';
import { endText, outcomesOf, type RunOutcomes } from '#engine/report/outcome.ts';
import { paintFor } from '#engine/report/paint.ts';
import { addReport, type ReportFile } from '../flags/record.ts';
import { fitTo, print } from '../print.ts';
import { folderOfRun } from '../run-folder.ts';
import { readRun, refuseReports, writeViews } from '../write-reports.ts';

interface ReportFlags {
  readonly report?: readonly ReportFile[];
  readonly merge?: readonly string[];
}

export function define(command: Command) {
  addReport(
    command.argument('[run]', 'one of `runs`, or its folder; the last one, when left out'),
  ).option('--merge <dir...>', 'the runs of these folders as one, with the worst exit code');
  return report;
}

/** Writes reports of a run that has ended, or of several as one; without --report prints its summary. */
async function report(run: string | undefined, flags: ReportFlags): Promise<number> {
  const { report: files = [], merge } = flags;
  if (merge !== undefined && run !== undefined) throw twoWays();
  refuseReports(files);
  if (merge === undefined) {
    await tell(outcomesOf(await readRun(folderOfRun(run))), files);
    return 0;
  }
  const merged = mergeRuns(await outcomesIn(merge));
  await tell(merged, files);
  return exitCodeOf(merged.result);
}

/** Throws Failures with all folders that hold no run. */
async function outcomesIn(folders: readonly string[]): Promise<readonly RunOutcomes[]> {
  const runs = await Promise.all(
    folders.map(async (folder) => await orFailure(folder, async () => await readRun(folder))),
  );
  const wrong = runs.filter((run) => run instanceof Failure);
  if (wrong.length > 0) throw new Failures(wrong);
  return runs.flatMap((run) => (run instanceof Failure ? [] : [outcomesOf(run)]));
}

async function tell(run: RunOutcomes, files: readonly ReportFile[]): Promise<void> {
  await writeViews(run, files);
  if (files.length === 0) print(fitTo(process.stdout, endText(run, paintFor(process.stdout))));
}

function twoWays(): Failure {
  return new Failure('Either a run or --merge says what to report', {
    fix: 'Name the folders of all runs after --merge.',
  });
}
