import { isToShow } from '#engine/model/task.ts';
import { escapeControl } from '#engine/report/escape.ts';
import { foldNames } from '#engine/report/fold-names.ts';
import { type Paint, paintFor } from '#engine/report/paint.ts';
import type { ShownPlan } from '#engine/report/plan.ts';
import { formatSummary } from '#engine/report/summary.ts';
import type { Mode, RunResult } from '#engine/run/events.ts';
import type { HostPlan } from '#engine/run/plan.ts';
import { fitTo, print } from './print.ts';

/** What came of a run. */
export interface Ran {
  readonly result: RunResult;
  /** What was planned, of all hosts that could be. */
  readonly plans: readonly HostPlan[];
  /** What could be planned of hosts of which not all could be. */
  readonly partial: readonly ShownPlan[];
}

export interface OutcomeFlags {
  /** Of a dry run a line per task, in place of its diff. */
  readonly summary?: boolean;
}

/** Prints of a dry run its changes, of any other run what is to be known beside them; and how it came out. */
export async function printOutcome(
  { result, plans, partial }: Ran,
  mode: Mode,
  flags: OutcomeFlags = {},
): Promise<void> {
  const text = await (mode === 'dry-run'
    ? plansText([...plans, ...partial], flags)
    : fitTo(process.stdout, formatNotes(plans, paintFor(process.stdout))));
  if (text !== '') {
    const { page } = await import('./page.ts');
    await page(`${text}\n\n`);
  }
  printSummary(result);
}

/** What hosts' tasks say, and their changes. */
export async function plansText(
  plans: readonly ShownPlan[],
  { summary = false }: OutcomeFlags = {},
): Promise<string> {
  const { stdout } = process;
  const paint = paintFor(stdout);
  const notes = fitTo(stdout, formatNotes(plans, paint));
  if (!hasChanges(plans)) return notes;
  const { formatPlanLines, formatPlans } = await import('#engine/report/plan.ts');
  const changes = (summary ? formatPlanLines : formatPlans)(plans, paint, columnsOf(stdout));
  return [notes, changes].filter(Boolean).join('\n\n');
}

/** Whether there is anything to show of plans. */
export function hasChanges(plans: readonly ShownPlan[]): boolean {
  return plans.some(({ stages }) => stages.flat().some(isToShow));
}

/** Prints how a run came out. */
export function printSummary(result: RunResult): void {
  const { stdout } = process;
  print(fitTo(stdout, formatSummary(result, paintFor(stdout), columnsOf(stdout))));
}

/** Of a terminal; undefined where lines may be as long as they are. */
function columnsOf({ isTTY, columns }: NodeJS.WriteStream): number | undefined {
  return isTTY ? columns || undefined : undefined;
}

/** What the tasks of hosts say beside their changes; what several say, once. */
function formatNotes(plans: readonly ShownPlan[], paint: Paint): string {
  const notes = plans.flatMap(({ host, stages }) =>
    stages.flat().flatMap(({ note }) => (note === undefined ? [] : [{ host, note }])),
  );
  return [...Map.groupBy(notes, ({ note }) => note)]
    .map(([note, alike]) => {
      const names = foldNames(alike.map(({ host }) => host));
      return `${paint('bold', escapeControl(names))}  ${escapeControl(note)}`;
    })
    .join('\n');
}
