import type { Failure } from '#engine/model/failure.ts';
import { formatFailures, formatWarning } from '#engine/report/failure.ts';
import { formatNotes, isToShow } from '#engine/report/notes.ts';
import { paintFor } from '#engine/report/paint.ts';
import type { HostPlan } from '#engine/run/plan.ts';

export function printWarnings(warnings: readonly Failure[]): void {
  for (const warning of warnings)
    process.stderr.write(`${formatWarning(warning, paintFor(process.stderr))}\n`);
}

export function printFailures(failures: readonly Failure[]): void {
  process.stderr.write(`${formatFailures(failures, paintFor(process.stderr))}\n`);
}

/** A block of the output; nothing for one that is empty. */
export function print(text: string): void {
  if (text !== '') process.stdout.write(`${text.trimEnd()}\n`);
}

/** Data as a line of JSON that steers no terminal. */
export async function printJson(data: unknown): Promise<void> {
  const { toJson } = await import('#engine/report/json.ts');
  print(toJson(data));
}

/** What a wait is for that has become long. */
export function printWait(what: string): void {
  process.stderr.write(`${what}…\n`);
}

/** A plan as it is shown. */
export type ShownPlan = Omit<HostPlan, 'state'>;

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
