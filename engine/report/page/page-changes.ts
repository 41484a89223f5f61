import { foldNames } from '../fold-names.ts';
import type { HostOutcome, TaskOutcome } from '../host-outcomes.ts';
import { taskTexts } from '../task-text.ts';
import { countOf } from '../words.ts';
import type { PageChange } from './data.ts';

/** A page that holds more than this opens slowly. */
const MOST_LINES = 20_000;

/** What changed in tasks, or would: what is the same on several hosts once. */
export function changesOf(hosts: readonly HostOutcome[]): readonly PageChange[] {
  const textOf = taskTexts();
  const own = hosts.flatMap((host) => ownChanges(host, textOf));
  const all = Map.groupBy(own, ([change]) => JSON.stringify(change));
  let left = MOST_LINES;
  return [...all.values()].flatMap((equal) => {
    const [change] = equal[0] ?? [];
    if (change === undefined) return [];
    const names = equal.map(([, host]) => host);
    const count = change.lines.length;
    const lines = count > left ? [`${countOf(count, 'line')}, not shown here`] : change.lines;
    if (count <= left) left -= count;
    return [{ ...change, lines, hosts: names, names: foldNames(names) }];
  });
}

type OwnChange = readonly [change: Pick<PageChange, 'title' | 'state' | 'lines'>, host: string];

function ownChanges(
  { host, tasks }: HostOutcome,
  textOf: (task: TaskOutcome) => string,
): readonly OwnChange[] {
  return tasks
    .filter(({ fields }) => fields.length > 0)
    .map((task) => {
      const [head, ...rest] = textOf(task).split('\n');
      // That of a diff alone is a line of it.
      const lines = head === undefined || head.startsWith('---') ? [head ?? '', ...rest] : rest;
      return [{ title: task.task, state: task.state, lines }, host];
    });
}
