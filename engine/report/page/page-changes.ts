import { formatTask } from '../diff.ts';
import { escapeLines } from '../escape.ts';
import { foldNames } from '../fold-names.ts';
import type { HostOutcome } from '../host-outcomes.ts';
import { noPaint } from '../paint.ts';
import type { PageChange } from './data.ts';

/** A page that holds more than this opens slowly. */
const MOST_LINES = 20_000;

/** What changed in tasks, or would: what is the same on several hosts once. */
export function changesOf(hosts: readonly HostOutcome[]): readonly PageChange[] {
  const all = Map.groupBy(hosts.flatMap(ownChanges), ([change]) => JSON.stringify(change));
  let left = MOST_LINES;
  return [...all.values()].flatMap((equal) => {
    const [change] = equal[0] ?? [];
    if (change === undefined) return [];
    const names = equal.map(([, host]) => host);
    left -= change.lines.length;
    const lines = left >= 0 ? change.lines : [`${change.lines.length} lines, not shown here`];
    return [{ ...change, lines, hosts: names, names: foldNames(names) }];
  });
}

type OwnChange = readonly [change: Pick<PageChange, 'title' | 'state' | 'lines'>, host: string];

function ownChanges({ host, tasks }: HostOutcome): readonly OwnChange[] {
  return tasks
    .filter(({ fields }) => fields.length > 0)
    .map(({ task: title, state, fields }) => {
      const [head, ...rest] = escapeLines(formatTask({ title, fields }, noPaint));
      // That of a diff alone is a line of it.
      const lines = head === undefined || head.startsWith('---') ? [head ?? '', ...rest] : rest;
      return [{ title, state, lines }, host];
    });
}
