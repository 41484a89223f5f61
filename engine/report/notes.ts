import type { PlannedTask } from '#engine/model/task.ts';
import type { HostPlan } from '../run/plan.ts';
import { escapeControl } from './escape.ts';
import { noPaint, type Paint } from './paint.ts';

/** Whether a task changes something, or could not be planned. */
export function isToShow({ fields, failure }: Pick<PlannedTask, 'fields' | 'failure'>): boolean {
  return fields.length > 0 || failure !== undefined;
}

/** What a host's tasks say beside their changes, each once. */
export function formatNotes(
  { host, stages }: Pick<HostPlan, 'host' | 'stages'>,
  paint: Paint = noPaint,
): string {
  const notes = new Set(stages.flat().flatMap(({ note }) => (note === undefined ? [] : [note])));
  return [...notes]
    .map((note) => `${paint('bold', escapeControl(host))}  ${escapeControl(note)}`)
    .join('\n');
}
