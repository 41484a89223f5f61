import { formatTask, type ShownTask } from './diff.ts';
import { escapeControl } from './escape.ts';
import { noPaint, type Paint } from './paint.ts';

/** What differs on a host from what a plan saw there: that first, then what is there now. */
export function formatDrift(
  host: string,
  tasks: readonly ShownTask[],
  paint: Paint = noPaint,
): string {
  const head = `${escapeControl(host)}  is no longer what the plan saw: - then, + now`;
  return [paint('bold', head), ...tasks.map((task) => formatTask(task, paint))].join('\n\n');
}
