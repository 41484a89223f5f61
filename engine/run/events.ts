import type { HostEvent } from '#engine/host/events.ts';
import type { Failure } from '#engine/model/failure.ts';
import type { Impact } from '#engine/model/rollout.ts';
import type { ContinuityEvent, RolloutEvent } from '#engine/rollout/events.ts';

/** What a host came to, once nothing more happens on it. */
export interface HostSummary {
  readonly host: string;
  readonly ok: number;
  readonly changed: number;
  readonly failed: number;
  /** Tasks that would change, or would have changed, had the run not ended before. */
  readonly pending: number;
  readonly unreachable: boolean;
  /** From the first to the last that happened on it, however long others took. */
  readonly elapsedMs: number;
  /** What that was spent on, in the order in which it was first. */
  readonly spent?: readonly TimeSpent[];
  /** The titles of what was changed and of what was not, where the run did not do all that it was to. */
  readonly done?: readonly string[];
  readonly left?: readonly string[];
}

/** What a host spends time on. `gate`: until its change has passed; `waiting`: for its turn, or for others. */
export type Activity =
  | 'connecting'
  | 'reading'
  | 'settling'
  | 'waiting'
  | 'applying'
  | 'gate'
  | 'undoing';

export interface TimeSpent {
  readonly on: Activity;
  readonly elapsedMs: number;
}

export type Mode = 'apply' | 'dry-run' | 'verify';

/** All that happens in a run, in order. Reports are views of it. */
export type RunEvent =
  | {
      readonly type: 'runStarted';
      readonly runId: string;
      readonly playbook: string;
      readonly mode: Mode;
      readonly hosts: readonly string[];
    }
  | HostEvent
  /** What the change does to what runs on a host. Comes once all hosts have been looked at. */
  | { readonly type: 'hostImpact'; readonly host: string; readonly impact: Impact }
  /** Why nothing is changed on any host, though all are planned. */
  | { readonly type: 'runRefused'; readonly failure: Failure }
  | RolloutEvent
  | { readonly type: 'interrupted' }
  | { readonly type: 'hostFinished'; readonly summary: HostSummary }
  | { readonly type: 'runFinished'; readonly result: RunResult };

/** How the run as a whole came out. */
export interface RunResult {
  readonly runId: string;
  readonly mode: Mode;
  readonly hosts: readonly HostSummary[];
  /** Every failure of the run, in the order in which they came; each said once. */
  readonly failures: readonly Failure[];
  /** How the rings that were changed under a watch fared. */
  readonly continuity?: readonly ContinuityEvent[];
  /** Hosts that are again as they were before the run. */
  readonly undone?: readonly string[];
  readonly interrupted: boolean;
  readonly elapsedMs: number;
}

export type Emit = (event: RunEvent) => void;
