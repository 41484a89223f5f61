import type { Failure } from '#engine/model/failure.ts';

/** Failures as lines: where, what, how to mend it. */
export function shown(failures: readonly Failure[]): readonly string[] {
  return failures.map(({ message, where, fix }) => `${where} ${message} | ${fix}`);
}
