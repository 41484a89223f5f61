import { accessSync, constants, lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure, failuresOf } from '#engine/model/failure.ts';
import { githubAnnotations } from '#engine/report/github.ts';
import { EVENTS_FORMAT, toJson } from '#engine/report/json.ts';
import { junitReport } from '#engine/report/junit.ts';
import { markdownReport } from '#engine/report/markdown.ts';
import { metricsReport } from '#engine/report/metrics.ts';
import { outcomesOf, type RunOutcomes } from '#engine/report/outcome.ts';
import { ownEvents } from '#engine/report/own-events.ts';
import type { RecordFlags, ReportFile } from './flags/record.ts';
import { printWarnings } from './print.ts';
import { commandRunner } from './runner-commands.ts';
import { addText, replaceText } from './text-files.ts';

type View = (run: RunOutcomes) => string | Promise<string>;

const VIEWS: Readonly<Record<ReportFile['kind'], View>> = {
  html: page,
  json: (run) => `${toJson({ format_version: EVENTS_FORMAT, ...run })}\n`,
  junit: junitReport,
  markdown: markdownReport,
  metrics: metricsReport,
};

/** With what no other view needs. */
async function page(run: RunOutcomes): Promise<string> {
  const { htmlReport } = await import('#engine/report/page/html-report.ts');
  const { bundlePage } = await import('./bundle-page.ts');
  return htmlReport(run, await bundlePage());
}

/**
 * Writes what the flags ask for of a run that has ended, of its lines, and what a CI job shows by itself. What
 * cannot be written is said, and makes the run no worse than it was.
 */
export async function writeReports(
  lines: readonly string[],
  { report = [], json }: RecordFlags,
): Promise<void> {
  // Why nothing was begun, whoever called the run says.
  if (lines.length === 0) return;
  try {
    const run = outcomesOf(ownEvents(lines));
    await writeViews(run, report);
    await tellGithub(run, json === true);
  } catch (error) {
    printWarnings(failuresOf(error));
  }
}

/** Writes views of a run. Throws a Failure for one that cannot be written. */
export async function writeViews(run: RunOutcomes, files: readonly ReportFile[]): Promise<void> {
  for (const { kind, path } of files) await replaceText(path, await VIEWS[kind](run), FOR_OTHERS);
}

/** What collects metrics is seldom the user who deploys. */
const FOR_OTHERS = 0o666;

/** Said before anything is done. */
export function refuseReports(files: readonly ReportFile[]): void {
  for (const { path } of files) refuseReport(path);
}

/** What a report takes the place of may be a file alone: root would put one in place of /dev/stdout, too. */
export function refuseReport(path: string): void {
  const what = 'The report cannot be written';
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    const { message: output } = error as Error;
    throw new Failure(what, { where: path, output, fix: 'Make its folder, or name another one.' });
  }
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === false)
    throw new Failure(what, {
      where: path,
      output: 'What is there is no file',
      fix: 'Name a file, which the report is to be; no folder, link or device.',
    });
}

/** https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions */
async function tellGithub(run: RunOutcomes, isJson: boolean): Promise<void> {
  const { GITHUB_ACTIONS: isGithub, GITHUB_STEP_SUMMARY: summary } = process.env;
  if (summary !== undefined && summary !== '') await addText(summary, markdownReport(run));
  if (isGithub === 'true' && !isJson)
    commandRunner(process.stdout, githubAnnotations(run.failures));
}
