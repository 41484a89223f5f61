import type { Finding } from '#engine/model/check.ts';
import type { Impact } from '#engine/model/course.ts';
import type { Failure } from '#engine/model/failure.ts';
import type { Continuity } from '#engine/model/watch.ts';
import type { StagePlan } from './plan.ts';

/** What a host came to, once nothing more happens on it. */
export interface HostSummary {
  readonly host: string;
  readonly ok: number;
  readonly changed: number;
  readonly failed: number;
  /** Tasks that would change, or would have changed, had the run not ended before. */
  readonly pending: number;
  readonly unreachable: boolean;
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
  /** `localhost` stands for the control machine here and below, also where another host does its work. */
  | { readonly type: 'hostStarted'; readonly host: string }
  | { readonly type: 'hostConnected'; readonly host: string; readonly elapsedMs: number }
  | { readonly type: 'hostUnreachable'; readonly host: string; readonly failure: Failure }
  /** Something other than one of its tasks failed: a question to it, most often. */
  | { readonly type: 'hostFailed'; readonly host: string; readonly failure: Failure }
  /** All stages of a host, as far as they are known now. Comes again when more is known. */
  | { readonly type: 'hostPlanned'; readonly host: string; readonly stages: readonly StagePlan[] }
  /** Why nothing is changed on any host, though all are planned. */
  | { readonly type: 'runRefused'; readonly failure: Failure }
  /** A host waits for its turn in the rollout. */
  | { readonly type: 'hostQueued'; readonly host: string }
  | { readonly type: 'taskStarted'; readonly host: string; readonly task: string }
  /** A line that a command printed while it ran. */
  | {
      readonly type: 'taskOutput';
      readonly host: string;
      readonly task: string;
      readonly line: string;
    }
  /** Its commands have run; `taskChanged` follows when it was read again and converged. */
  | {
      readonly type: 'taskApplied';
      readonly host: string;
      readonly task: string;
      readonly elapsedMs: number;
    }
  | { readonly type: 'taskOk'; readonly host: string; readonly task: string }
  | { readonly type: 'taskChanged'; readonly host: string; readonly task: string }
  | {
      readonly type: 'taskFailed';
      readonly host: string;
      readonly task: string;
      readonly failure: Failure;
    }
  /** A check starts, or still waits: for what, and until when. `host` is the one that was changed. */
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
  /** What was seen of the VIPs of a ring while it was changed. */
  | {
      readonly type: 'continuity';
      readonly ring: readonly string[];
      readonly vips: readonly Continuity[];
      /** What was said before about the hosts that were to be changed. */
      readonly impacts: readonly Impact[];
      /** Hosts that did not watch to the end, and why. */
      readonly blind: readonly Failure[];
    }
  | { readonly type: 'hostFinished'; readonly summary: HostSummary }
  /** What the change does to what runs on a host. Comes once all hosts have been looked at. */
  | { readonly type: 'hostImpact'; readonly host: string; readonly impact: Impact }
  /** A lease had to wait until a run that had died there was undone; no `run`: that is over. */
  | { readonly type: 'hostSettling'; readonly host: string; readonly run?: string }
  | { readonly type: 'undoStarted'; readonly host: string }
  | { readonly type: 'undone'; readonly host: string }
  | { readonly type: 'interrupted' }
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

type ContinuityEvent = Extract<RunEvent, { readonly type: 'continuity' }>;

export type Emit = (event: RunEvent) => void;
