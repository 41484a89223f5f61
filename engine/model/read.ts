/**
 * A question to a host, as data. `script` is POSIX sh, changes nothing, and exits 0 also when what
 * it asks for is absent: any other status is a failure, never "absent". A plan is only applied while
 * the answers that it was made from stay the same, byte for byte; `volatile` ones are not compared:
 * what changes by itself, as others do their part, is no drift.
 * Reads with equal `key` have equal scripts and are asked once.
 */
export interface Read<T> {
  readonly key: string;
  readonly script: string;
  readonly volatile?: true;
  /** What it waits for, and how long: said while it does. */
  readonly waits?: string;
  parse(output: Output): T;
}

/** Reads by the name that a task or check knows their answers by. */
export type Reads = Readonly<Record<string, Read<unknown>>>;

/** The answers to reads, under the same names. */
export type Facts<R extends Reads> = {
  readonly [K in keyof R]: R[K] extends Read<infer T> ? T : never;
};

/** What a script left behind: its exit status and both streams. `bytes` is stdout before decoding. */
export interface Output {
  readonly status: number;
  readonly bytes: Buffer;
  readonly stdout: string;
  readonly stderr: string;
}
