import type { Command } from 'commander';
import { Failure } from '#engine/model/failure.ts';
import { exitCodeOf } from '#engine/report/exit-code.ts';
import { mergeRuns } from '#engine/report/merge-runs.ts';
import { outcomesOf } from '#engine/report/outcome.ts';
import { paintFor } from '#engine/report/paint.ts';
import { formatSummary } from '#engine/report/summary.ts';
import { addReport, type ReportFile } from '../flags/record.ts';
import { print } from '../print.ts';
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
  const folders = merge ?? [folderOfRun(run)];
  const runs = await Promise.all(folders.map(async (folder) => outcomesOf(await readRun(folder))));
  const merged = mergeRuns(runs);
  await writeViews(merged, files);
  if (merged.result === undefined) return 1;
  if (files.length === 0) print(formatSummary(merged.result, paintFor(process.stdout)));
  return merge === undefined ? 0 : exitCodeOf(merged.result);
}

function twoWays(): Failure {
  return new Failure('Either a run or --merge says what to report', {
    fix: 'Name the folders of all runs after --merge.',
  });
}
