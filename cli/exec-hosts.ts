import { constants } from 'node:os';
import { Failure, orFailure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import type { Limits } from '#engine/model/limits.ts';
import { type Connect, Killed, type Session } from '#engine/model/session.ts';
import { RemoteJob } from '#engine/remote/remote-job.ts';
import type { HostExit } from '#engine/report/exec.ts';
import { atOnce } from '#engine/rollout/at-once.ts';

export interface ExecInput {
  readonly hosts: readonly Host[];
  /** A piece of POSIX sh. */
  readonly command: string;
  readonly connect: Connect;
  /** How many hosts are worked on at once. */
  readonly forks: number;
  /** How long a command may take, its connection aside. */
  readonly timeoutMs?: number;
  /** Ctrl-C: commands that run are ended on their hosts, and no more are started. */
  readonly stop: AbortSignal;
  onExit(exit: HostExit): void;
}

/**
 * Runs a command on hosts at once, and gives how it ended everywhere, without what was printed, which
 * `onExit` has had by then. Never rejects for a host's sake.
 */
export async function execOnHosts(input: ExecInput): Promise<readonly HostExit[]> {
  const exits = new Map<string, HostExit>();
  await atOnce(input.forks, input.hosts, async (host) => {
    const exit = await execOnHost(host, input);
    input.onExit(exit);
    exits.set(host.name, { ...exit, stdout: NONE, stderr: NONE });
  });
  return input.hosts.flatMap(({ name }) => exits.get(name) ?? []);
}

type Ending = Omit<HostExit, 'host' | 'elapsedMs'>;

const NONE = Buffer.of();
const NOTHING = { stdout: NONE, stderr: NONE, status: undefined };

async function execOnHost(host: Host, input: ExecInput): Promise<HostExit> {
  const startedAt = performance.now();
  const ending = await endingOn(host, input);
  return { host: host.name, ...ending, elapsedMs: performance.now() - startedAt };
}

async function endingOn(host: Host, input: ExecInput): Promise<Ending> {
  if (input.stop.aborted) return { ...NOTHING, givenUp: 'interrupted' };
  const ending = await orFailure(host.name, async () => {
    await using session = await input.connect(host);
    return { ...(await endingIn(session, input)), most: session.limits.output };
  });
  return ending instanceof Failure ? { ...NOTHING, failure: ending } : ending;
}

async function endingIn(session: Session, input: ExecInput): Promise<Ending> {
  const { command, stop, timeoutMs } = input;
  if (stop.aborted) return { ...NOTHING, givenUp: 'interrupted' };
  const late = new AbortController();
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => late.abort(), timeoutMs);
  const signal = AbortSignal.any([stop, late.signal]);
  const job = new RemoteJob(session, command);
  const seen = new Seen(session.limits);
  try {
    return await session.exec(job.command, { signal, onStdout: (chunk) => seen.add(chunk) });
  } catch (error) {
    const part = { ...NOTHING, ...seen.output };
    if (!signal.aborted) return { ...part, ...killedBy(error) };
    const givenUp = stop.aborted ? 'interrupted' : 'timeout';
    return { ...part, givenUp, ...(await endJob(job, session.host)) };
  } finally {
    clearTimeout(timer);
  }
}

/** What a command has printed that was not waited for to its end, up to the limit. */
class Seen {
  readonly #chunks: Buffer[] = [];
  #left: number;
  #cut = 0;

  constructor({ output }: Limits) {
    this.#left = output.most;
  }

  add(chunk: Buffer): void {
    const kept = chunk.subarray(0, this.#left);
    this.#left -= kept.length;
    this.#cut += chunk.length - kept.length;
    if (kept.length > 0) this.#chunks.push(kept);
  }

  get output() {
    return {
      stdout: Buffer.concat(this.#chunks),
      ...(this.#cut > 0 ? { cut: this.#cut } : {}),
    };
  }
}

/** A host that does not let its command be ended says so beside what it has printed. */
async function endJob(job: RemoteJob, host: Host): Promise<{ readonly failure?: Failure }> {
  const failure = await orFailure(host.name, async () => await job.end());
  return failure instanceof Failure ? { failure } : {};
}

/** A signal that killed the command is an end as well as a failure. */
function killedBy(error: unknown): Partial<Ending> {
  if (!(error instanceof Failure)) throw error;
  const number =
    error instanceof Killed ? constants.signals[error.signal as NodeJS.Signals] : undefined;
  return { failure: error, ...(number === undefined ? {} : { status: 128 + number }) };
}
