import type { TaskTrial } from './task-trial.ts';

/** What the example of a page needs besides a host, and what of it is told otherwise. */
interface BeforePage {
  /** Makes what the example finds on the host, in its folder, or on the network. Gives what ends it. */
  prepare?(trial: TaskTrial): Promise<undefined | (() => Promise<void>)>;
  /** A question alone, which changes nothing of the host. */
  readonly isQuestion?: true;
}

/** By the names of tasks, for those that need something. */
export const BEFORE_PAGES: Readonly<Record<string, BeforePage>> = {};
