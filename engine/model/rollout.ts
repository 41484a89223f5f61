import type { Failure } from './failure.ts';

/** What a host does otherwise until a later phase: its parts by name, how strong each is; 0: left out. */
export type Meanwhile = ReadonlyMap<string, number>;

/**
 * One pass over a ring. Where old and new cannot stand side by side, or would give what is on duty to
 * a host in between, a pass of its own has parts left out or of another strength, and the next ends it.
 */
export interface Phase {
  readonly title: string;
  /** By host; `TaskContext.meanwhile` has the host's own. The last phase has none. */
  readonly meanwhile: ReadonlyMap<string, Meanwhile>;
  /** What no host may hold any more once the phase is done. */
  readonly gone?: readonly string[];
}

/** What a change does to what runs on a host, as it is said before anything happens. */
export interface Impact {
  /** "reload, nothing moves", or "restarted on the holder of A: it moves for about 0.5 s". */
  readonly text: string;
  /** What is expected to leave the host, and to come back. */
  readonly moves: readonly string[];
  /** The longest time for which one of them is expected to be held by nobody. */
  readonly gapMs: number;
}

/** What one host of a ring has to do with one thing that is on duty there. */
export interface DutyPart {
  readonly host: string;
  readonly duty: string;
  /** Of those that can, the host of the highest is on duty. */
  readonly rank: number;
  /** Those that it tells of itself: hosts, or the addresses of strangers. */
  readonly peers: readonly string[];
  readonly isHolder: boolean;
}

/** Who of a ring is on duty for what, before a change and after it. */
export interface Duties {
  readonly before: readonly DutyPart[];
  readonly after: readonly DutyPart[];
}

/** How a ring is to be changed. */
export interface RingPlan {
  /** Host names, all of the ring, in the order in which they are to be changed. */
  readonly order: readonly string[];
  /** At least one. */
  readonly phases: readonly Phase[];
  /** Between the phases is no place to stay in: the change stays as a whole, or not at all. */
  readonly isAllOrNothing: boolean;
  /** Per host that is changed. */
  readonly impacts: ReadonlyMap<string, Impact>;
  /** Who is on duty for what, now and once all is done. Left out: nothing is told of it. */
  readonly duties?: Duties;
  /** Nobody is on duty yet, so that there is nothing to keep whole. */
  readonly isEmpty: boolean;
  /** Why it must not be done, or not so; any of them stops the ring before its first change. */
  readonly refusals: readonly Failure[];
}

/** A number, or a share of all hosts of the run in percent. */
export type HostShare = { readonly hosts: number } | { readonly percent: number };

/** What the user allows a rollout to do, and how it is to go about it. */
export interface RolloutOptions {
  /** Starts on a ring that is not whole. */
  readonly repair: boolean;
  /** What is on duty may go away for seconds. */
  readonly allowOutage: boolean;
  /** Health checks that fail on every host are accepted: they need what the run brings about. */
  readonly bootstrap: boolean;
  /** How many rings are changed at once; all, when left out. */
  readonly ringsAtOnce?: number | undefined;
  /** How many hosts may fail before nothing new is started in any ring. */
  readonly maxFail: HostShare;
  /** Goes on to the next host of a ring after one that failed and was undone. */
  readonly carryOn: boolean;
  /** What is away for longer in a step makes the step a failure; any length will do, when left out. */
  readonly maxGapMs?: number | undefined;
  /** Observes a ring while it is changed. */
  readonly watch: boolean;
  /** What is somebody else's on the hosts and may be taken over, by name: a path, a unit. */
  readonly takeOver: readonly string[];
}

/** Allows nothing out of the ordinary. */
export const CAREFUL: RolloutOptions = {
  repair: false,
  allowOutage: false,
  bootstrap: false,
  maxFail: { hosts: 0 },
  carryOn: false,
  watch: true,
  takeOver: [],
};

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
  /** What was lost, stretch by stretch, and by whom; the first thousand. */
  readonly losses?: readonly LostStretch[];
  /** The longest time for which its own rules let nobody answer, when its holder dies without a word. */
  readonly boundMs?: number;
}

/** Samples of one host in a row that were lost, on the clock of `owners`. */
export interface LostStretch {
  readonly host: string;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly lost: number;
}
