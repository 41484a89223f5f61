import { finished, type Readable } from 'node:stream';
import { Failure } from '#engine/model/failure.ts';
import { tooMuch } from '#engine/model/host-answers.ts';
import { formatLimit, type Limit, type Limits } from '#engine/model/limits.ts';
import type { ExecOptions, Exit } from '#engine/model/session.ts';

/** Whatever may end the wait for a command early: its caller, its input, or what reads its output. */
export class Stop {
  readonly #own = new AbortController();
  readonly signal: AbortSignal;
  readonly #stdin: Readable | undefined;
  readonly #isWhole: boolean;
  readonly #where: string;

  constructor({ stdin, signal, whole }: ExecOptions, where: string) {
    this.#isWhole = whole === true;
    this.#where = where;
    this.signal =
      signal === undefined ? this.#own.signal : AbortSignal.any([signal, this.#own.signal]);
    this.#stdin = typeof stdin === 'string' ? undefined : stdin;
    if (this.#stdin !== undefined) {
      finished(this.#stdin, { writable: false }, (error) => {
        if (error) this.#own.abort(unreadableInput(where, error));
      });
    }
  }

  /** Ends the wait of one that needs all of an output, where there is more than can be kept. */
  readonly tooMuch = (limits: Limits): void => {
    if (this.#isWhole) this.#own.abort(tooMuch(this.#where, limits));
  };

  /** A reader that throws ends the wait with what it threw: thrown in an event, it would end rota. */
  guard(read: ((chunk: Buffer) => void) | undefined): (chunk: Buffer) => void {
    return (chunk) => {
      try {
        if (!this.signal.aborted) read?.(chunk);
      } catch (error) {
        this.#own.abort(error);
      }
    };
  }

  /** What the work comes to, or the reason of the stop, whichever is first. The input is let go. */
  async race<T>(work: Promise<T>): Promise<T> {
    const { promise: stopped, reject } = Promise.withResolvers<never>();
    const stop = () => reject(this.signal.reason);
    if (this.signal.aborted) stop();
    this.signal.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([work, stopped]);
    } finally {
      this.signal.removeEventListener('abort', stop);
      this.#stdin?.destroy();
    }
  }
}

/** What a command was to read from cannot be read. */
function unreadableInput(where: string, cause: Error): Failure {
  const fix = 'Make the file readable on the control machine, and run again.';
  return new Failure('The input for the command cannot be read', {
    where,
    output: cause.message,
    fix,
    cause,
  });
}

/** Runs a command for as long as its limit says; a Failure, kind `unreachable`, when that is over. */
export async function withinLimit(
  where: string,
  { limit, ...options }: ExecOptions,
  run: (options: ExecOptions) => Promise<Exit>,
): Promise<Exit> {
  if (limit === undefined) return await run(options);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(tooSlow(where, limit)), limit.most);
  const { signal } = options;
  try {
    return await run({
      ...options,
      signal: signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]),
    });
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow(where: string, limit: Limit): Failure {
  return new Failure('The host did not answer in time', {
    kind: 'unreachable',
    where,
    ran: formatLimit(limit),
    fix: 'Look on the host for a mount, a disk or a container runtime that hangs.',
  });
}
