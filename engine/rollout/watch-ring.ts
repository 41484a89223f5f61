import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '#engine/model/failure.ts';
import type { Continuity, Watch } from '#engine/model/rollout.ts';
import type { Session } from '#engine/model/session.ts';
import { lineReader } from '#engine/shell/lines.ts';
import { sh } from '#engine/shell/quote.ts';

/** A host as a watch knows it. */
interface WatchedHost {
  readonly name: string;
  readonly connection: { readonly session: Session };
}

export interface WatchInput {
  readonly watch: Watch;
  /** Those that are connected. A host that goes later contributes no more. */
  readonly hosts: readonly WatchedHost[];
}

/** A watch that goes on until it is disposed of. */
export interface RunningWatch extends AsyncDisposable {
  /** When every host had told a line, by `performance.now()`. */
  readonly startedAt: number;
  /** What was seen from one moment to another, by `performance.now()`. */
  report(sinceMs: number, untilMs: number): readonly Continuity[];
  /** Why hosts contribute no more, in the order in which they stopped. */
  readonly ended: readonly Failure[];
}

/** Starts a watch on a channel of each host's session, and waits until every host has told a line. */
export async function startWatch({ watch, hosts }: WatchInput): Promise<RunningWatch> {
  const ended: Failure[] = [];
  const channels = hosts.flatMap((host) => {
    const script = watch.scriptFor(host.name);
    if (script === undefined) return [];
    const see = (line: string) => watch.see(host.name, line, performance.now());
    return [openChannel(host, script, { see, failed: (failure) => ended.push(failure) })];
  });
  await Promise.all(channels.map(({ begun }) => begun));
  return {
    ended,
    startedAt: performance.now(),
    report: (sinceMs, untilMs) => watch.report(sinceMs, untilMs),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(channels.map(({ end }) => end()));
    },
  };
}

interface WatchListener {
  see(line: string): void;
  failed(failure: Failure): void;
}

function openChannel(
  { name, connection }: WatchedHost,
  script: string,
  { see, failed }: WatchListener,
) {
  const { session } = connection;
  const stdin = new PassThrough();
  const giveUp = new AbortController();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const patience = async () => await delay(session.limits.watch.most, undefined, { ref: false });
  const onStdout = lineReader(session.limits.line, (line) => {
    see(line);
    begin();
  });
  let isEnding = false;
  const running = session
    .exec(sh`sh -c ${script}`, { stdin, onStdout, signal: giveUp.signal })
    .then(
      ({ status, stderr }) => {
        if (!isEnding) failed(stopped(name, status, stderr.toString()));
      },
      (error: unknown) => {
        if (!(error instanceof Failure)) return giveUp.signal.aborted ? undefined : error;
        failed(error.at(name));
        return undefined;
      },
    )
    .finally(begin);
  return {
    begun: Promise.race([begun, patience()]),
    end: async () => {
      isEnding = true;
      stdin.end();
      await Promise.race([running, patience().then(() => giveUp.abort())]);
      const bug = await running;
      if (bug !== undefined) throw bug;
    },
  };
}

function stopped(host: string, status: number, stderr: string): Failure {
  return new Failure('The watch of a host ended', {
    where: host,
    ran: `watch → exit ${status}`,
    output: stderr,
    fix: 'See on the host whether ping works. The run goes on without its view.',
  });
}
