import type { Finding } from '#engine/model/check.ts';
import type { Failure } from '#engine/model/failure.ts';
import type { Continuity, Duties, Impact } from '#engine/model/rollout.ts';

/** What happens as changes go from host to host. `host` is the one that was changed. */
export type RolloutEvent =
  /** A host waits for its turn. */
  | { readonly type: 'hostQueued'; readonly host: string }
  /** A check starts, or still waits: for what, and until when. */
  | {
      readonly type: 'checkWaiting';
      readonly check: string;
      readonly host?: string;
      readonly findings: readonly Finding[];
      readonly goodSamples: number;
      readonly elapsedMs: number;
      readonly deadlineMs: number;
    }
  | {
      readonly type: 'checkPassed';
      readonly check: string;
      readonly host?: string;
      readonly elapsedMs: number;
      /** What is worth saying all the same. */
      readonly notes?: readonly string[];
    }
  | {
      readonly type: 'checkFailed';
      readonly check: string;
      readonly host?: string;
      readonly findings: readonly Finding[];
      readonly explanation: readonly string[];
      readonly failure: Failure;
    }
  /** A ring as it is, and as it is to be. */
  | ({ readonly type: 'ringPlanned'; readonly ring: readonly string[] } & Duties)
  | WatchedEvent
  | ContinuityEvent;

/** What was seen so far of what a ring has on duty, after each step: the last one counts. */
export interface WatchedEvent {
  readonly type: 'watched';
  readonly ring: readonly string[];
  readonly watched: readonly Continuity[];
  /** Now, on the clock of their `owners`. */
  readonly untilMs: number;
}

/** What was seen of what a ring has on duty while the ring was changed. */
export interface ContinuityEvent {
  readonly type: 'continuity';
  readonly ring: readonly string[];
  readonly watched: readonly Continuity[];
  /** Its end, on the clock of their `owners`. */
  readonly untilMs?: number;
  /** What was said before about the hosts that were to be changed. */
  readonly impacts: readonly Impact[];
  /** Hosts that did not watch to the end, and why. */
  readonly blind: readonly Failure[];
}
