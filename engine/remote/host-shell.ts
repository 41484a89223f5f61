import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { PassThrough } from 'node:stream';
import { $, type Options, type ProcessPromise } from 'zx/core';
import { tooMuch } from '#engine/model/host-answers.ts';
import { type Exit, Killed, type Session } from '#engine/model/session.ts';
import { quote } from '#engine/shell/quote.ts';
import { RemoteJob } from './remote-job.ts';

/** zx's `$`, as far as it can go over SSH: there is no `sync`, and `cwd` and `env` stay behind. */
export interface ZxShell {
  (pieces: TemplateStringsArray, ...values: unknown[]): ProcessPromise;
  (options: Partial<Options>): ZxShell;
}

/**
 * zx's `$` over a session: the commands run on its host, by sh, with values quoted for it. `kill`,
 * `timeout` and `signal` end the processes there. A template given to `.pipe` is zx's own, and runs
 * on the control machine; pipe into `$` of a host to go on there. What fails by its connection
 * rejects with the Failure as `cause`.
 */
export function shellOn(session: Session): ZxShell {
  return endingOnHost(
    $({
      spawn: spawnOn(session) as unknown as Options['spawn'],
      // zx quotes for bash by itself, which sh reads as something else.
      quote,
      shell: '/bin/sh',
      prefix: '',
      postfix: '',
      stdio: 'pipe',
      // With it, zx would signal a process group of the control machine.
      detached: false,
      preferLocal: false,
      nothrow: false,
      quiet: true,
      verbose: false,
    }) as ZxShell,
  );
}

/** zx ends a process by its pid, and one that has none by an exception, inside a timer even. */
function endingOnHost(shell: ZxShell): ZxShell {
  const wrapped = (first: TemplateStringsArray | Partial<Options>, ...values: unknown[]) => {
    if (!Array.isArray(first)) return endingOnHost(shell(first as Partial<Options>));
    const process = shell(first as unknown as TemplateStringsArray, ...values);
    process.kill = async (signal) => {
      const child: unknown = process.child;
      // zx's timer heeds no rejection, and a host that cannot be told tells the command's own promise.
      if (child instanceof RemoteChild) await child.signal(signal ?? 'SIGTERM').catch(() => {});
    };
    return process;
  };
  return wrapped as ZxShell;
}

/** A `spawn` that runs its command on the session's host. */
function spawnOn(session: Session): (command: string, ...rest: unknown[]) => ChildProcess {
  return (command, ...rest) =>
    new RemoteChild(session, command, rest.at(-1) as SpawnOptions) as unknown as ChildProcess;
}

/**
 * What `child_process.spawn` would have given, for a command on a host. It has no pid: whoever has
 * one signals a process of the control machine with it. stderr comes at the end.
 */
class RemoteChild extends EventEmitter {
  readonly stdin = new PassThrough();
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly #job: RemoteJob;
  #room: number;
  #ending: Promise<void> | undefined;

  constructor(session: Session, command: string, options: SpawnOptions) {
    super();
    this.#job = new RemoteJob(session, command);
    this.#room = session.limits.output.most;
    // A command may end before it has read its input.
    this.stdin.on('error', () => {});
    void this.#run(session, options).then(
      ({ status }) => this.#close(status, null),
      (error: unknown) => this.#fail(error),
    );
  }

  /** Sends the signal to the processes on the host. */
  async signal(name: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.#job.signal(name);
  }

  async #run(session: Session, { signal, stdio }: SpawnOptions): Promise<Exit> {
    const input = Array.isArray(stdio) ? stdio[0] : stdio;
    const end = () => {
      this.#ending = this.#job.end();
      // Told to whoever waits below, not to the process at large.
      this.#ending.catch(() => {});
    };
    signal?.addEventListener('abort', end, { once: true });
    try {
      const exit = await session.exec(this.#job.command, {
        ...(input === 'ignore' ? {} : { stdin: this.stdin }),
        ...(signal === undefined ? {} : { signal }),
        onStdout: (chunk) => this.#pass(chunk, session),
      });
      this.stderr.write(exit.stderr);
      return exit;
    } finally {
      signal?.removeEventListener('abort', end);
      await this.#ending;
    }
  }

  /** zx keeps all that it is given. */
  #pass(chunk: Buffer, { host, limits }: Session): void {
    this.#room -= chunk.length;
    if (this.#room >= 0) {
      this.stdout.write(chunk);
      return;
    }
    this.#ending = this.#job.end();
    this.#ending.catch(() => {});
    throw tooMuch(host.name, limits);
  }

  async #fail(error: unknown): Promise<void> {
    if (error instanceof Killed) return await this.#close(null, error.signal);
    // zx takes a null status for a success, unless there was an error.
    this.emit('error', error);
    await this.#close(null, null);
  }

  /** As with a process: `exit`, then `close` once both streams are read. */
  async #close(status: number | null, signal: string | null): Promise<void> {
    this.emit('exit', status, signal);
    const streams = [this.stdout, this.stderr].filter((stream) => !stream.destroyed);
    const read = Promise.all(streams.map((stream) => once(stream, 'close')));
    for (const stream of streams) stream.end();
    await read;
    this.emit('close', status, signal);
  }
}
