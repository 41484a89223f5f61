import { accessSync, appendFileSync, constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure, failuresOf } from '#engine/model/failure.ts';
import { githubAnnotations } from '#engine/report/github.ts';
import { EVENTS_FORMAT, toJson } from '#engine/report/json.ts';
import { junitReport } from '#engine/report/junit.ts';
import { markdownReport } from '#engine/report/markdown.ts';
import { metricsReport } from '#engine/report/metrics.ts';
import { outcomesOf, type RunOutcomes } from '#engine/report/outcome.ts';
import { type RecordedRun, readEvents } from '#engine/report/read-events.ts';
import type { RecordFlags, ReportFile } from './flags/record.ts';
import { printWarnings } from './print.ts';
import { EVENTS_FILE } from './run-folder.ts';
import { readText, replaceText } from './text-files.ts';

const VIEWS: Readonly<Record<ReportFile['kind'], (run: RunOutcomes) => string>> = {
  json: (run) => `${toJson({ format_version: EVENTS_FORMAT, ...run })}\n`,
  junit: junitReport,
  markdown: markdownReport,
  metrics: metricsReport,
};

/** Reads the run whose events a folder holds. Throws a Failure where it holds none. */
export async function readRun(folder: string): Promise<RecordedRun> {
  const path = join(folder, EVENTS_FILE);
  const text = await readText(path);
  if (text !== undefined) return readEvents(text, path);
  throw new Failure('The folder holds the events of no run', {
    where: folder,
    fix: 'List those that are kept: npm run rota -- runs',
  });
}

/**
 * Writes what the flags ask for of a run that has ended, and what a CI job shows by itself. What cannot be
 * written is said, and makes the run no worse than it was.
 */
export async function writeReports(
  folder: string,
  { report = [], json }: RecordFlags,
): Promise<void> {
  try {
    const run = outcomesOf(await readRun(folder));
    await writeViews(run, report);
    tellGithub(run, json === true);
  } catch (error) {
    printWarnings(failuresOf(error));
  }
}

/** Writes views of a run. Throws a Failure for one that cannot be written. */
export async function writeViews(run: RunOutcomes, files: readonly ReportFile[]): Promise<void> {
  for (const { kind, path } of files) await replaceText(path, VIEWS[kind](run), FOR_OTHERS);
}

/** What collects metrics is seldom the user who deploys. */
const FOR_OTHERS = 0o666;

/** Said before anything is done. */
export function refuseReports(files: readonly ReportFile[]): void {
  for (const { path } of files) {
    try {
      accessSync(dirname(path), constants.W_OK);
    } catch (error) {
      const { message } = error as Error;
      throw new Failure('The report cannot be written', {
        where: path,
        output: message,
        fix: 'Make its folder, or name another one.',
      });
    }
  }
}

/** https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions */
function tellGithub(run: RunOutcomes, isJson: boolean): void {
  const { GITHUB_ACTIONS: isGithub, GITHUB_STEP_SUMMARY: summary } = process.env;
  if (summary !== undefined && summary !== '') appendFileSync(summary, markdownReport(run));
  if (isGithub === 'true' && !isJson) process.stdout.write(githubAnnotations(run.failures));
}
