import type { RunRecord } from './run-record.ts';

/** What a run that undoes an earlier one calls itself in the history. */
export function rollbackOf(run: string): string {
  return `rollback ${run}`;
}

/**
 * The runs whose changes are still there, the newest first: those that were undone, those that were
 * rolled back, and the rollbacks themselves left out.
 */
export function standingRuns(records: readonly RunRecord[]): readonly RunRecord[] {
  const newestFirst = records.toSorted((one, other) => (one.run < other.run ? 1 : -1));
  const stayed = newestFirst.filter(({ outcome }) => outcome === 'done' || outcome === 'ended');
  const rolledBack = new Set(stayed.map(({ what }) => what));
  return stayed.filter(
    ({ run, what }) => !what.startsWith(rollbackOf('')) && !rolledBack.has(rollbackOf(run)),
  );
}
