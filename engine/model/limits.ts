/** A wait for a host, by the clock. */
export interface Limit {
  /** What is waited for, as a message names it. */
  readonly what: string;
  readonly ms: number;
}

/** How long each kind of work on a host may take; docs/hosts.md has the same as a table. */
export const LIMITS = {
  login: { what: 'a connection, and each step of the login', ms: 10_000 },
  reads: { what: 'the answers to all reads', ms: 90_000 },
  runtime: { what: 'a container runtime to say whether it has an image', ms: 30_000 },
  command: { what: 'one command of a task', ms: 1_800_000 },
  lease: { what: 'the lease, with the undo of a run that died', ms: 300_000 },
  release: { what: 'the lease to be given back', ms: 10_000 },
  message: { what: 'a running program to be told to stop', ms: 10_000 },
  undo: { what: 'the undo of a run', ms: 300_000 },
  keeping: { what: 'a run to be kept', ms: 30_000 },
  ending: { what: 'the end of what exec or a script runs', ms: 15_000 },
  watch: { what: 'the first and the last word of a watch', ms: 5000 },
  drill: { what: 'a step of a drill', ms: 300_000 },
  reach: { what: 'a host to answer again in a drill', ms: 300_000 },
  sign: { what: 'a sign of life in a drill', ms: 5000 },
  forgetting: { what: 'the traces of rota to be removed', ms: 30_000 },
} as const satisfies Readonly<Record<string, Limit>>;

const KIB = 1024;
const MIB = 1024 * KIB;

/** How much of what a host prints is kept, in bytes; docs/hosts.md has the same as a table. */
export const MOST_BYTES = {
  /** Of all commands that run on a host at once. */
  host: 32 * MIB,
  /** Of one command, both streams together: what all reads answer is one. */
  command: 24 * MIB,
  /** Of the answer to one read. */
  read: 8 * MIB,
  /** Of the lines that a command of a task prints. */
  lines: MIB,
  line: 8 * KIB,
} as const;

/** `the answers to all reads: 90 s at most`. */
export function formatLimit({ what, ms }: Limit): string {
  return `${what}: ${formatTime(ms)} at most`;
}

/** `90 s`, `30 min`, as the limits are written. */
export function formatTime(ms: number): string {
  return ms >= 300_000 ? `${ms / 60_000} min` : `${ms / 1000} s`;
}

/** `16 MB`, as the limits are written. */
export function formatBytes(bytes: number): string {
  if (bytes >= MIB) return `${Math.round(bytes / MIB)} MB`;
  return bytes >= KIB ? `${Math.round(bytes / KIB)} KB` : `${bytes} bytes`;
}
