import { constants } from 'node:os';
import { RemoteJob } from '#engine/host/remote-job.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import { type Connect, type Exit, Killed, type Session } from '#engine/model/session.ts';
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

/** Runs a command on hosts at once. Never rejects for a host's sake. */
export async function execOnHosts(input: ExecInput): Promise<readonly HostExit[]> {
  const exits = new Map<string, HostExit>();
  await atOnce(input.forks, input.hosts, async (host) => {
    const exit = await execOnHost(host, input);
    exits.set(host.name, exit);
    input.onExit(exit);
  });
  return input.hosts.flatMap(({ name }) => exits.get(name) ?? []);
}

type Ending = Omit<HostExit, 'host' | 'elapsedMs'>;

const NOTHING = { stdout: Buffer.of(), stderr: Buffer.of(), status: undefined };

async function execOnHost(host: Host, input: ExecInput): Promise<HostExit> {
  const startedAt = performance.now();
  const ending = await endingOn(host, input);
  return { host: host.name, ...ending, elapsedMs: performance.now() - startedAt };
}

async function endingOn(host: Host, input: ExecInput): Promise<Ending> {
  if (input.stop.aborted) return { ...NOTHING, givenUp: 'interrupted' };
  try {
    await using session = await input.connect(host);
    return await endingIn(session, input);
  } catch (error) {
    if (error instanceof Failure) return { ...NOTHING, failure: error.at(host.name) };
    throw error;
  }
}

async function endingIn(session: Session, input: ExecInput): Promise<Ending> {
  const { command, stop, timeoutMs } = input;
  if (stop.aborted) return { ...NOTHING, givenUp: 'interrupted' };
  const late = new AbortController();
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => late.abort(), timeoutMs);
  const signal = AbortSignal.any([stop, late.signal]);
  const job = new RemoteJob(session, command);
  const seen: Buffer[] = [];
  try {
    const onStdout = (chunk: Buffer) => seen.push(chunk);
    return endedBy(await session.exec(job.command, { signal, onStdout }));
  } catch (error) {
    const stdout = Buffer.concat(seen);
    if (!signal.aborted) return { ...NOTHING, stdout, ...killedBy(error) };
    await job.end();
    return { ...NOTHING, stdout, givenUp: stop.aborted ? 'interrupted' : 'timeout' };
  } finally {
    clearTimeout(timer);
  }
}

function endedBy({ status, stdout, stderr }: Exit): Ending {
  return { status, stdout, stderr };
}

/** A signal that killed the command is an end as well as a failure. */
function killedBy(error: unknown): Partial<Ending> {
  if (!(error instanceof Failure)) throw error;
  const number =
    error instanceof Killed ? constants.signals[error.signal as NodeJS.Signals] : undefined;
  return { failure: error, ...(number === undefined ? {} : { status: 128 + number }) };
}
