/** Who does what, as a host keeps it for its lease and its history. Single lines. */
export interface About {
  /** `ada@desk`. */
  readonly owner: string;
  /** ISO 8601. */
  readonly since: string;
  /** The playbook. */
  readonly what: string;
  /** The saved plan that is applied. */
  readonly plan?: string;
}

/**
 * How a run came out on a host. `open`: it still runs there, or died and was not undone yet.
 * `ended`: it had no gate to pass.
 */
export type RunOutcome = 'done' | 'undone' | 'undo failed' | 'open' | 'ended';

/** What a host knows of a run that changed something there. */
export interface RunRecord {
  readonly run: string;
  readonly owner: string;
  /** ISO 8601. */
  readonly since: string;
  readonly what: string;
  /** The saved plan that was applied. */
  readonly plan: string | undefined;
  readonly outcome: RunOutcome;
  /** The files that it wrote or removed. */
  readonly paths: readonly string[];
}

/** What a run that undoes an earlier one calls itself in the history. */
export function rollbackOf(run: string): string {
  return `rollback ${run}`;
}

/**
 * The runs whose changes are still there, the newest first: those that were undone, those that were
 * rolled back, and the rollbacks themselves left out.
 */
export function runsInForce(records: readonly RunRecord[]): readonly RunRecord[] {
  const newestFirst = records.toSorted((one, other) => (one.run < other.run ? 1 : -1));
  const stayed = newestFirst.filter(({ outcome }) => outcome === 'done' || outcome === 'ended');
  const rolledBack = new Set(stayed.map(({ what }) => what));
  return stayed.filter(
    ({ run, what }) => !what.startsWith(rollbackOf('')) && !rolledBack.has(rollbackOf(run)),
  );
}
