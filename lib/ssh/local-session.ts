import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { $, type ProcessOutput } from 'zx/core';
import { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import { LIMITS } from '#engine/model/limits.ts';
import { type ExecOptions, type Exit, Killed } from '#engine/model/session.ts';
import { Invocation, type Transport, type TransportOptions, type Typist } from './invocation.ts';
import { HostBytes, KeptOutput } from './kept.ts';
import { localUser } from './ssh-settings.ts';
import { Stop } from './stop.ts';

/** How long a process may take to end by itself after SIGTERM. */
const GRACE_MS = 2000;
/** Within this sudo or su starts a command. */
const START_MS = 30_000;

/** A session on the control machine itself. Unlike on a host, a command whose wait ends is ended. */
export class LocalSession implements Transport {
  readonly host: Host;
  readonly #closing = new AbortController();
  readonly #bytes = new HostBytes(LIMITS);
  readonly #running = new Set<Promise<unknown>>();

  constructor(host: Host) {
    this.host = host;
  }

  async exec(command: string, options: TransportOptions = {}): Promise<Exit> {
    const signals = [
      this.#closing.signal,
      ...(options.signal === undefined ? [] : [options.signal]),
    ];
    const signal = AbortSignal.any(signals);
    using invocation = new Invocation(typistOn(this.host), command, { ...options, signal });
    const stop = new Stop({ ...options, ...invocation.options }, this.host.name);
    stop.signal.throwIfAborted();
    invocation.sent();
    using kept = new KeptOutput(options.bytes ?? this.#bytes, stop.tooMuch);
    const work = run(invocation, stop, kept);
    this.#running.add(work);
    try {
      return exitOf(await stop.race(work), { where: this.host.name, kept, by: invocation });
    } finally {
      await Promise.allSettled([work]);
      this.#running.delete(work);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(
      new Failure('The session was closed', { where: this.host.name, fix: 'Run again.' }),
    );
    await Promise.allSettled(this.#running);
  }
}

function typistOn(host: Host): Typist {
  return {
    host,
    user: localUser().name,
    isRemote: false,
    limit: { ms: START_MS },
    tell: async (command) => await $(PLAIN)(Object.assign([command], { raw: [command] })),
  };
}

async function run(
  { command, options: { stdin, onStdout, onStderr } }: Invocation,
  stop: Stop,
  { stdout, stderr }: KeptOutput,
): Promise<ProcessOutput> {
  const store = { stdout, stderr, stdall: NOTHING };
  const stdio = [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] as const;
  // The whole command is one piece of the template, so there is nothing that zx would quote.
  const ending = $({ ...PLAIN, store, stdio: [...stdio] })(
    Object.assign([command], { raw: [command] }),
  );
  const child = ending.child;
  child?.stdout?.on('data', stop.guard(onStdout?.bind(undefined)));
  child?.stderr?.on('data', stop.guard(onStderr?.bind(undefined)));
  if (child !== undefined) feed(child, stdin);
  const ended = child === undefined ? undefined : endOnStop(child, stop.signal);
  const output = await ending;
  await ended?.();
  return output;
}

/** zx keeps both streams in the order of their chunks besides, which nobody asks for. */
const NOTHING = Object.assign([], { push: () => 0 });

/** Everything that zx could have been told otherwise, by its environment or by a user's script. */
const PLAIN = {
  // Said here, since zx hands the options of a `$` on to what runs inside of its spawn.
  spawn,
  shell: '/bin/sh',
  prefix: '',
  postfix: '',
  quote: (word: string) => word,
  // A process group of its own, so that the command's own children can be ended with it.
  detached: true,
  nothrow: true,
  quiet: true,
  verbose: false,
  preferLocal: false,
};

/** A command may end before it has read its input: the pipe that then breaks is no error. */
function feed(child: ChildProcess, stdin: ExecOptions['stdin']): void {
  child.stdin?.on('error', () => {});
  if (typeof stdin === 'string') child.stdin?.end(stdin);
  else if (child.stdin) stdin?.pipe(child.stdin);
}

/** Ends the process group on a stop. The function that it gives waits until that is done. */
function endOnStop(child: ChildProcess, signal: AbortSignal): () => Promise<void> {
  let ending: Promise<void> | undefined;
  const end = () => {
    ending = endGroup(child);
  };
  signal.addEventListener('abort', end, { once: true });
  return async () => {
    signal.removeEventListener('abort', end);
    await ending;
  };
}

async function endGroup({ pid, stdout, stderr }: ChildProcess): Promise<void> {
  if (pid === undefined) return;
  signalGroup(pid, 'SIGTERM');
  for (let waitedMs = 0; waitedMs < GRACE_MS && signalGroup(pid, 0); waitedMs += 20)
    await delay(20);
  signalGroup(pid, 'SIGKILL');
  // A process that left the group may hold the other ends, and would be waited for.
  stdout?.destroy();
  stderr?.destroy();
}

/** Signals a process group of this machine; gives whether there was anyone. */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, signal);
  } catch {
    return false;
  }
}

interface Ended {
  readonly where: string;
  readonly kept: KeptOutput;
  readonly by: Invocation;
}

function exitOf(
  { signal, exitCode, cause }: ProcessOutput,
  { where, kept: { output }, by }: Ended,
): Exit {
  if (signal === null && (cause !== null || exitCode === null)) {
    throw new Failure('The command cannot be started', {
      where,
      output: cause?.message ?? '',
      fix: 'See that the machine has processes, memory and a /bin/sh left; pass long scripts on stdin.',
      cause,
    });
  }
  const own = by.ownOf({ status: exitCode, ...output });
  if (signal !== null) throw new Killed(signal, where, own.stderr);
  return { status: exitCode ?? 0, ...output, ...own };
}
