import type { Check, Finding } from './check.ts';
import type { Watch } from './rollout.ts';

/** Whether what a ring has on duty goes to the next host when one fails, and comes back. */
export interface Drill {
  /** The names of its hosts. */
  readonly ring: readonly string[];
  /** Holds before and after each trial. */
  readonly check: Check;
  newWatch(): Watch;
  readonly trials: readonly Trial[];
}

/** One thing on duty whose host is to fail, and what should come of it. */
export interface Trial {
  readonly name: string;
  /** What it is, in a word, as it is said before its name. */
  readonly noun: string;
  readonly holder: string;
  /** The one that should take over. */
  readonly successor: string;
  /** The names of all that the holder holds: it moves too, and nothing else does. */
  readonly moves: readonly string[];
  /** The longest time for which the protocol lets nobody answer. */
  readonly boundMs: number;
  readonly fault: Fault;
}

/** A way to let a host fail, as sh on the host, or as a command of the control machine. */
export interface Fault {
  readonly title: string;
  readonly on: 'host' | 'control machine';
  readonly cause: string;
  /** Must do no harm when the cause never came about. Left out: the host mends itself. */
  readonly mend?: string;
  /** How long the host is left alone at least before it is mended. */
  readonly leastMs: number;
  /** The host may go on to hold what another one has taken over. */
  readonly holdsOn: boolean;
}

/** What came of a trial. Times are from the fault on, or from when it was mended. */
export interface TrialResult {
  readonly trial: Trial;
  readonly takenOver?: { readonly host: string; readonly afterMs: number };
  readonly gapMs: number;
  readonly backAfterMs: number;
  readonly backGapMs: number;
  /** What was not as it should be. */
  readonly findings: readonly Finding[];
}

/** What a host's own work, its neighbours' tables and the time between two probes add to a bound. */
export const DRILL_SLACK_MS = 250;
