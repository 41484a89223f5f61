import type { RunEvent } from '../run/events.ts';

/** A view of a run. `end` shows what is left to show, and must be awaited also when the run threw. */
export interface Report {
  onEvent(event: RunEvent): void;
  end(): Promise<void>;
}

/** Puts text out as it is; line ends are the caller's. */
export type WriteOut = (text: string) => void;
