import type { Failure, FailureKind } from '#engine/model/failure.ts';
import type { RunResult } from '../run/events.ts';

export const BUG_EXIT_CODE = 70;
export const INTERRUPTED_EXIT_CODE = 130;

const OF_KIND: Readonly<Record<FailureKind, number>> = {
  failed: 1,
  drift: 3,
  unreachable: 4,
  locked: 5,
  check: 6,
  undo: 7,
};

/** Of several that apply, the first of these is told. */
const FIRST_THAT_APPLIES = [INTERRUPTED_EXIT_CODE, 7, 6, 5, 3, 4, 1, 2];

/** Those of runs that would end alike another time; a host that was out of reach or locked may be had then. */
export const LASTING_EXIT_CODES = [1, 2, OF_KIND.drift, OF_KIND.check, OF_KIND.undo, BUG_EXIT_CODE];

export function exitCodeOf(result: RunResult): number {
  return firstOf([
    ...(result.interrupted ? [INTERRUPTED_EXIT_CODE] : []),
    ...result.failures.map(({ kind }) => OF_KIND[kind]),
    ...result.hosts.flatMap(({ unreachable }) => (unreachable ? [OF_KIND.unreachable] : [])),
    ...result.hosts.flatMap(({ failed }) => (failed > 0 ? [OF_KIND.failed] : [])),
    ...result.hosts.flatMap(({ pending }) => (result.mode === 'dry-run' && pending > 0 ? [2] : [])),
  ]);
}

/** For failures before a run, such as those of an inventory. */
export function exitCodeOfFailures(failures: readonly Failure[]): number {
  return firstOf(failures.map(({ kind }) => OF_KIND[kind]));
}

function firstOf(codes: readonly number[]): number {
  return FIRST_THAT_APPLIES.find((code) => codes.includes(code)) ?? 0;
}
