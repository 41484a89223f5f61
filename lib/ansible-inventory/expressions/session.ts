import { Budget } from './budget.ts';

/** The work on one variable, with all others that it needs. */
export interface Session {
  readonly budget: Budget;
  /** The host that the work is for. */
  readonly home: string;
  /** Whether secrets are read, to make a new secret from them. */
  readonly revealing: boolean;
  /** The variables that wait for each other. */
  readonly waiting: readonly string[];
}

export function newSession(home: string, revealing: boolean): Session {
  return { budget: new Budget(), home, revealing, waiting: [] };
}
