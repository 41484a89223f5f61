/**
 * What is observed without a break while a ring is changed. `scriptFor` is POSIX sh that prints lines
 * until its stdin ends; `see` takes them as they come, with the time on the control machine's clock.
 */
export interface Watch {
  /** Undefined for a host that has no part in it. */
  scriptFor(host: string): string | undefined;
  see(host: string, line: string, atMs: number): void;
  /** What was seen from one moment to another. */
  report(sinceMs: number, untilMs: number): readonly Continuity[];
}

/** How one thing that is watched fared. */
export interface Continuity {
  readonly name: string;
  /** Samples by hosts that did not hold it, and how many of them were lost. */
  readonly samples: number;
  readonly lost: number;
  readonly longestGapMs: number;
  /** Who held it, in order, each until the next one; undefined is nobody. */
  readonly owners: readonly { readonly host: string | undefined; readonly sinceMs: number }[];
  /** The most hosts that held it at once for longer than a transition takes. */
  readonly mostHolders: number;
}
