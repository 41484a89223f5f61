import type { TaskTrial } from './task-trial.ts';

/** What the example of a page needs besides a host, and what of it is told otherwise. */
export interface BeforePage {
  /** Makes what the example finds on the host, in its folder, or on the network. Gives what ends it. */
  prepare?(trial: TaskTrial): Promise<() => Promise<void>>;
  /** It changes nothing on the host, which is neither mended nor undone. */
  readonly isQuestion?: true;
}
