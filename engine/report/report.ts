import type { RunEvent } from '../run/events.ts';

/** A view of a run. `end` shows what is left to show, and must be awaited also when the run threw. */
export interface Report {
  onEvent(event: RunEvent): void;
  /** Leaves the terminal to `work` while it runs; a view that moves starts anew below it. */
  suspend<T>(work: () => Promise<T>): Promise<T>;
  end(): Promise<void>;
}

/** Puts text out as it is; line ends are the caller's. */
export type WriteOut = (text: string) => void;
