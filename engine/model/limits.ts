/** How long a host may take, by the clock, or how much of what it prints is kept. */
export interface Limit {
  /** What --at-most calls it. */
  readonly name: string;
  /** As a message names it. */
  readonly what: string;
  readonly unit: 'ms' | 'bytes';
  readonly most: number;
}

export type Limits = ReturnType<typeof limits>;

/** How long a connection may take, and each step of the login: ansible_timeout says otherwise. */
export const LOGIN_MS = 10_000;

/** How long a container runtime may take to say whether it has an image: it is a part of the question. */
export const RUNTIME_MS = 30_000;

const KIB = 1024;
const MIB = 1024 * KIB;

/** What there is where nobody says otherwise; docs/hosts.md has the same as a table. */
export const LIMITS = limits({});

/** All limits, with those that are to be otherwise. */
export function limits(otherwise: Readonly<Record<string, number>>) {
  const limitOf = (unit: Limit['unit']) => (name: string, what: string, most: number) =>
    ({ name, what, unit, most: otherwise[name] ?? most }) satisfies Limit;
  const [time, bytes] = [limitOf('ms'), limitOf('bytes')];
  return {
    reads: time('reads', 'the answers to all reads', 90_000),
    command: time('command', 'one command of a task', 1_800_000),
    lease: time('lease', 'the lease, with the undo of a run that died', 300_000),
    release: time('release', 'the lease to be given back', 10_000),
    message: time('message', 'a running program to be told to stop', 10_000),
    undo: time('undo', 'the undo of a run', 300_000),
    keeping: time('keeping', 'a run to be kept', 30_000),
    ending: time('ending', 'the end of what exec or a script runs', 15_000),
    watch: time('watch', 'the first and the last word of a watch', 5000),
    drill: time('drill', 'a step of a drill', 300_000),
    reach: time('reach', 'a host to answer again in a drill', 300_000),
    sign: time('sign', 'a sign of life, in a drill or behind a boot', 5000),
    forgetting: time('forgetting', 'the traces of rota to be removed', 30_000),
    host: bytes('host', 'what is kept of all that runs on a host at once', 32 * MIB),
    output: bytes('output', 'what is kept of one command, or of all reads', 24 * MIB),
    answer: bytes('answer', 'the answer to one read', 8 * MIB),
    lines: bytes('lines', 'the lines of one command of a task', MIB),
    line: bytes('line', 'a line', 8 * KIB),
  };
}

/** `the answers to all reads: 90 s at most (--at-most reads=TIME)`: of one that is reached. */
export function formatLimit(limit: Limit): string {
  const { name, what, unit } = limit;
  const raised = `--at-most ${name}=${unit === 'ms' ? 'TIME' : 'SIZE'}`;
  return `${what}: ${formatMost(limit)} at most (${raised})`;
}

/** `90 s`, `16 MB`, as the limits are written. */
export function formatMost({ unit, most }: Limit): string {
  return unit === 'ms' ? formatTime(most) : formatBytes(most);
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
