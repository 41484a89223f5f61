/** What is shown of a playbook, in the order in which it is tried. */
export const PROMISES = {
  'dry-run': 'the dry run writes nothing',
  converges: 'the run converges',
  'second-run': 'a second run changes nothing',
  secrets: 'no secret is left behind',
  killed: 'a run that is killed converges when it is run again',
  undo: 'undo brings every byte back',
} as const;

export type PromiseName = keyof typeof PROMISES;

/** One thing that breaks a promise. */
export interface Breach {
  readonly host: string;
  /** `/etc/app.conf: another content`. */
  readonly what: string;
  /** The titles of the tasks that are behind it, where it can be told. */
  readonly tasks: readonly string[];
}

/** The fewest tasks with which a promise was still seen to be broken. */
export interface SmallestCase {
  readonly tasks: readonly string[];
  /** Whether each of them was seen to be needed: else there were too many to try. */
  readonly isMinimal: boolean;
}

/** What came of trying a promise. No breaches: it holds. */
export interface Judgement {
  readonly promise: PromiseName;
  readonly breaches: readonly Breach[];
  readonly smallest?: SmallestCase;
  /** Why it was not tried. */
  readonly untried?: string;
}

/** All that was shown of a playbook. */
export interface Proof {
  readonly playbook: string;
  readonly hosts: readonly string[];
  /** Titles. */
  readonly tasks: readonly string[];
  readonly seed: number;
  readonly kills: number;
  readonly judgements: readonly Judgement[];
}
