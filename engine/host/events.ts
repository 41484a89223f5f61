import type { Failure } from '#engine/model/failure.ts';
import type { StagePlan } from '#engine/model/task.ts';

/** What happens on one host. */
export type HostEvent =
  /** `localhost` stands for the control machine here and below, also where another host does its work. */
  | { readonly type: 'hostStarted'; readonly host: string }
  | { readonly type: 'hostConnected'; readonly host: string; readonly elapsedMs: number }
  | { readonly type: 'hostUnreachable'; readonly host: string; readonly failure: Failure }
  /** Something other than one of its tasks failed: a question to it, most often. */
  | { readonly type: 'hostFailed'; readonly host: string; readonly failure: Failure }
  /** A question to it takes its time. */
  | { readonly type: 'hostWaiting'; readonly host: string; readonly what: string }
  /** It is about to be booted, and has to answer again until then: ISO 8601. */
  | { readonly type: 'hostBooting'; readonly host: string; readonly until: string }
  /** Nothing is done on it, for a reason that lies elsewhere: in its ring. */
  | { readonly type: 'hostRefused'; readonly host: string; readonly failure: Failure }
  /** All stages of a host, as far as they are known now. Comes again when more is known. */
  | { readonly type: 'hostPlanned'; readonly host: string; readonly stages: readonly StagePlan[] }
  /** A lease had to wait until a run that had died there was undone; no `run`: that is over. */
  | { readonly type: 'hostSettling'; readonly host: string; readonly run?: string }
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
  /** It was as it should be, and differs now that others were changed. */
  | { readonly type: 'taskUpset'; readonly host: string; readonly task: string }
  | { readonly type: 'taskOk'; readonly host: string; readonly task: string }
  | { readonly type: 'taskChanged'; readonly host: string; readonly task: string }
  | {
      readonly type: 'taskFailed';
      readonly host: string;
      readonly task: string;
      readonly failure: Failure;
    }
  | { readonly type: 'undoStarted'; readonly host: string }
  | { readonly type: 'undone'; readonly host: string };
