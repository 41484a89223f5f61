import { formatNotes, isToShow } from '#engine/report/notes.ts';
import { paintFor } from '#engine/report/paint.ts';
import { formatSummary } from '#engine/report/summary.ts';
import type { Mode } from '#engine/run/events.ts';
import type { HostPlan } from '#engine/run/plan.ts';
import type { Performed } from './perform.ts';
import { print } from './print.ts';

type ShownPlan = Omit<HostPlan, 'state'>;

/** Each host's changes, as a diff. */
export async function printPlans(plans: readonly ShownPlan[]): Promise<void> {
  const format = plans.some(hasChanges)
    ? (await import('#engine/report/plan.ts')).formatPlan
    : formatNotes;
  const blocks = plans.map((plan) => format(plan, paintFor(process.stdout)).trimEnd());
  for (const block of blocks.filter(Boolean)) process.stdout.write(`${block}\n\n`);
}

function hasChanges({ stages }: ShownPlan): boolean {
  return stages.flat().some(isToShow);
}

/** What came of a run: of a dry run its changes, of any other what is to be known beside them. */
export async function printOutcome({ result, plans }: Performed, mode: Mode): Promise<void> {
  if (mode === 'dry-run') await printPlans(plans);
  else for (const plan of plans) print(formatNotes(plan, paintFor(process.stdout)));
  print(formatSummary(result, paintFor(process.stdout)));
}
