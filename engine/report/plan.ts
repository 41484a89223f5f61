import { redact } from '#engine/model/redaction.ts';
import { differs, isToShow, type PlannedTask } from '#engine/model/task.ts';
import type { HostPlan } from '../run/plan.ts';
import { formatTask, type ShownTask } from './diff.ts';
import { escapeControl } from './escape.ts';
import { foldNames } from './fold-names.ts';
import { noPaint, type Paint } from './paint.ts';
import { alignRows, wrapText } from './words.ts';

/** A plan as it is shown. */
export type ShownPlan = Omit<HostPlan, 'state'>;

/**
 * Every change of these hosts, in the order in which they would be made; one that is equal on several
 * hosts once. What they do to what runs there comes first, in lines of that many columns: those of files stay whole.
 */
export function formatPlans(
  plans: readonly ShownPlan[],
  paint: Paint = noPaint,
  columns = Number.POSITIVE_INFINITY,
): string {
  const equal = Map.groupBy(changesIn(plans), ({ task }) => formatTask(task, paint));
  const sections = Map.groupBy(equal, ([, alike]) => namesOf(alike));
  const blocks = [...sections].flatMap(([names, changes]) => {
    const count = changes.filter(([, [first]]) => first && differs(first.task)).length;
    const each = changes.some(([, alike]) => alike.length > 1) ? ' on each' : '';
    const head = count === 0 ? names : `${names}  ${count} to change${each}`;
    return [paint('bold', escapeControl(head)), ...changes.map(([text]) => text)];
  });
  const impacts = fitted(formatImpacts(plans, paint), columns);
  return [impacts, ...blocks].filter(Boolean).join('\n\n');
}

/** A line per task that changes something, with the hosts where it does. */
export function formatPlanLines(
  plans: readonly ShownPlan[],
  paint: Paint = noPaint,
  columns = Number.POSITIVE_INFINITY,
): string {
  const byTitle = Map.groupBy(changesIn(plans), ({ task: { title, failure } }) =>
    failure === undefined ? title : `${title}: ${failure.message}`,
  );
  const rows = [...byTitle].map(([title, alike]) => [title, namesOf(alike)].map(escapeControl));
  const blocks = [formatImpacts(plans, paint), alignRows(rows).join('\n')];
  return fitted(blocks.filter(Boolean).join('\n\n'), columns);
}

/** Half of a secret, on a line of its own, would not be known for one. */
function fitted(text: string, columns: number): string {
  return wrapText(redact(text), columns);
}

interface PlannedChange {
  readonly host: string;
  readonly task: PlannedTask;
}

function changesIn(plans: readonly ShownPlan[]): readonly PlannedChange[] {
  return plans.flatMap(({ host, stages }) =>
    stages
      .flat()
      .filter(isToShow)
      .map((task) => ({ host, task })),
  );
}

function namesOf(alike: readonly { readonly host: string }[]): string {
  return foldNames(alike.map(({ host }) => host));
}

function formatImpacts(plans: readonly ShownPlan[], paint: Paint): string {
  const told = plans.flatMap(({ host, stages, impact }) =>
    impact && stages.flat().some(isToShow) ? [{ host, text: impact.text }] : [],
  );
  const rows = [...Map.groupBy(told, ({ text }) => text)].map(([text, alike]) =>
    [namesOf(alike), text].map(escapeControl),
  );
  if (rows.length === 0) return '';
  return [paint('bold', 'impact'), ...alignRows(rows).map((line) => `  ${line}`)].join('\n');
}

/** What was changed by one task of a host. */
export function formatChange(host: string, task: ShownTask, paint: Paint = noPaint): string {
  return `${paint('bold', escapeControl(host))}\n${formatTask(task, paint)}\n`;
}

/** What differs on a host from what a plan saw there: that first, then what is there now. */
export function formatDrift(
  host: string,
  tasks: readonly ShownTask[],
  paint: Paint = noPaint,
): string {
  const head = `${escapeControl(host)}  is no longer what the plan saw: - then, + now`;
  return [paint('bold', head), ...tasks.map((task) => formatTask(task, paint))].join('\n\n');
}
