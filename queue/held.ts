import { INTERRUPTED_EXIT_CODE } from '#engine/report/exit-code.ts';

/** How a slice came out: by the try that counts, or given up. */
export type SliceEnd = { readonly try: string } | { readonly givenUp: string };

/** What a coordinator knows of a slice. */
export interface Held {
  readonly slice: number;
  /** All that have begun, in their order. */
  readonly tries: string[];
  /** How many of them ended since their worker was stopped, and the run was not. */
  stopped: number;
  /** The one that has the slice. */
  current?: string | undefined;
  /** When a worker has last asked for it. */
  seenAt: number;
  /** When it is to be offered again if nobody has it by then. */
  offerAt: number;
  rings: number;
  end?: SliceEnd;
}

/** How often a slice is begun. */
export const TRIES = 3;
/** How many more of those whose worker was stopped, which says nothing of the slice. */
const MOST_STOPPED = 10;

/** One that nobody has begun. */
export function heldSlice(slice: number): Held {
  const never = { seenAt: Number.NEGATIVE_INFINITY, offerAt: Number.POSITIVE_INFINITY };
  return { slice, tries: [], stopped: 0, rings: 0, ...never };
}

/** Whether a slice may be begun once more. */
export function mayTry({ tries, stopped }: Held): boolean {
  return tries.length - Math.min(stopped, MOST_STOPPED) < TRIES;
}

/** Whether a try ended since its worker was stopped. */
export function wasStopped(exit: string): boolean {
  return exit === String(INTERRUPTED_EXIT_CODE);
}
