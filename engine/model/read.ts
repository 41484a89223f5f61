/**
 * A question to a host, as data: a script of its own, or a path. What it asks changes nothing. A plan is only applied while the
 * answers that it was made from stay the same, byte for byte; `volatile` ones are not compared:
 * what changes by itself, as others do their part, is no drift.
 * Reads with equal `key` ask the same and are asked once.
 */
export type Read<T> = (Script | PathLook) & {
  readonly key: string;
  readonly volatile?: true;
  /** What it waits for, and how long: said while it does. */
  readonly waits?: string;
  parse(output: Output): T;
};

/**
 * POSIX sh that exits 0 also when what it asks for is absent: any other status is a failure, never
 * "absent". `shared` are scripts that several reads need, such as a look at all processes: each is run
 * once, before them, and what it sets is there for all.
 */
export interface Script {
  readonly script: string;
  readonly shared?: readonly string[];
}

/** What is at an absolute path, as engine/shell/look.ts tells it: all paths of a host are one look. */
export interface PathLook {
  readonly path: string;
  /** A file's size and hash are told (engine/shell/hashes.ts), not its content: one look for all, too. */
  readonly isHashed?: true;
}

/** Reads by the name that a task or check knows their answers by. */
export type Reads = Readonly<Record<string, Read<unknown>>>;

/** The answers to reads, under the same names. */
export type Facts<R extends Reads> = {
  readonly [K in keyof R]: R[K] extends Read<infer T> ? T : never;
};

/** What a host printed for a read, before it was parsed. */
export interface RawAnswer {
  readonly status: number;
  readonly bytes: Buffer;
}

/** What a read left behind: its exit status and both streams. `bytes` is stdout before decoding. */
export interface Output extends RawAnswer {
  readonly stdout: string;
  readonly stderr: string;
}
