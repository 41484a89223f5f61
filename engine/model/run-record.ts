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
