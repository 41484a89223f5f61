import type { Output } from './output.ts';

/**
 * A question to a host, as data. `script` is POSIX sh, changes nothing, and exits 0 also when what
 * it asks for is absent: any other status is a failure, never "absent". Its answer holds nothing
 * volatile (times, counters), since a plan is only applied while the answer stays the same.
 * Reads with equal `key` have equal scripts and are asked once.
 */
export interface Read<T> {
  readonly key: string;
  readonly script: string;
  parse(output: Output): T;
}

/** Reads by the name that a task or check knows their answers by. */
export type Reads = Readonly<Record<string, Read<unknown>>>;

/** The answers to reads, under the same names. */
export type Facts<R extends Reads> = {
  readonly [K in keyof R]: R[K] extends Read<infer T> ? T : never;
};
