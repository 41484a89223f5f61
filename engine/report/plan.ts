import type { HostPlan } from '../run/plan.ts';
import { formatTask, type ShownTask } from './diff.ts';
import { escapeControl } from './escape.ts';
import { formatNotes, isToShow } from './notes.ts';
import { noPaint, type Paint } from './paint.ts';
import { countOf } from './words.ts';

/** Every change of a host, in the order in which they would be made; empty when there is none. */
export function formatPlan(
  { host, stages, impact }: Omit<HostPlan, 'state'>,
  paint: Paint = noPaint,
): string {
  const tasks = stages.flat();
  const changing = tasks.filter(isToShow);
  const notes = formatNotes({ host, stages }, paint);
  if (changing.length === 0) return notes;
  const differing = changing.filter(({ fields }) => fields.length > 0).length;
  const head = `${escapeControl(host)}  ${differing} of ${countOf(tasks.length, 'task')} would change`;
  const heads = [paint('bold', head), ...(impact ? [`impact  ${escapeControl(impact.text)}`] : [])];
  const blocks = [heads.join('\n'), ...changing.map((task) => formatTask(task, paint))];
  return [...(notes === '' ? [] : [notes]), ...blocks].join('\n\n');
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
