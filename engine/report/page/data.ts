// What report.html holds as JSON, and its programs in page/ read: nothing is imported here, so that they
// are typed without Node's types. All texts are single lines that steer nothing.

export type PageOutcome = 'done' | 'changes' | 'failed' | 'interrupted' | 'open';

export type PageState = 'ok' | 'changed' | 'pending' | 'failed' | 'unreachable' | 'open';

/** A run as the page shows it. Times are milliseconds since its start. */
export interface PageData {
  readonly title: string;
  readonly outcome: PageOutcome;
  readonly headline: string;
  readonly facts: readonly PageFact[];
  /** Since 1970. */
  readonly startedMs: number;
  readonly elapsedMs: number;
  readonly isDryRun: boolean;
  readonly next: readonly string[];
  readonly failures: readonly PageFailure[];
  readonly hosts: readonly PageHost[];
  /** Checks that are about no single host. */
  readonly checks: readonly PageBar[];
  readonly duties: readonly PageDuty[];
  readonly rings: readonly PageRing[];
  readonly changes: readonly PageChange[];
  /** What the run took its time for, the longest first. */
  readonly path: readonly { readonly what: string; readonly tookMs: number }[];
}

export interface PageFact {
  readonly name: string;
  readonly value: string;
}

/** A failure, once for all places where it is the same. */
export interface PageFailure {
  readonly what: string;
  readonly places: readonly string[];
  readonly ran?: string;
  readonly output: readonly string[];
  readonly fix?: string;
}

export interface PageHost {
  readonly name: string;
  readonly state: PageState;
  /** `2 changed, 1 not done`. */
  readonly counts: string;
  readonly elapsedMs?: number;
  readonly impact?: string;
  readonly tasks: readonly PageTask[];
  readonly bars: readonly PageBar[];
}

export interface PageTask {
  readonly title: string;
  readonly state: PageState;
  readonly elapsedMs?: number;
  readonly failure?: string;
}

export interface PageBar {
  readonly kind: 'connect' | 'look' | 'wait' | 'settle' | 'queue' | 'task' | 'gate' | 'undo';
  readonly what: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly state: 'done' | 'failed' | 'open';
  /** The run would have been shorter without it. */
  readonly isCritical?: true;
}

/** One thing on duty, as it was watched. */
export interface PageDuty {
  readonly name: string;
  readonly holders: readonly PageHolder[];
  readonly losses: readonly PageLoss[];
  readonly samples: number;
  readonly lost: number;
  /** Null: without an end. */
  readonly gapMs: number | null;
  /** What was said before; null: it was to go away. */
  readonly expectedMs: number | null;
  readonly boundMs?: number;
  readonly verdict: 'none' | 'expected' | 'bounded' | 'long';
  readonly mostHolders: number;
}

export interface PageHolder {
  /** Left out: nobody. */
  readonly host?: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface PageLoss {
  /** Whose probes they were. */
  readonly host: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly lost: number;
}

export interface PageRing {
  readonly hosts: readonly string[];
  readonly before: readonly PagePart[];
  readonly after: readonly PagePart[];
}

export interface PagePart {
  readonly host: string;
  readonly duty: string;
  readonly rank: number;
  readonly peers: readonly string[];
  readonly isHolder: boolean;
}

/** What changed in a task of some hosts, or would: once for all hosts where it is the same. */
export interface PageChange {
  readonly title: string;
  readonly state: PageState;
  readonly hosts: readonly string[];
  /** `node[1-3]`. */
  readonly names: string;
  /** As a unified diff, or fields as `name: old → new`. */
  readonly lines: readonly string[];
}
