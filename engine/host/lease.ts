import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '#engine/model/failure.ts';
import { senseless } from '#engine/model/host-answers.ts';
import { formatLimit } from '#engine/model/limits.ts';
import type { About } from '#engine/model/run-record.ts';
import type { Session } from '#engine/model/session.ts';
import { newMark } from '#engine/shell/batch.ts';
import { BEAT, BEAT_MS, END, leaseScript } from '#engine/shell/lease.ts';
import { type Frame, frameReader } from '#engine/shell/read-frames.ts';
import { UNDO_STATUS } from '#engine/shell/undo.ts';
import { newerFormat } from './ask.ts';
import { leaseLost } from './program-end.ts';

export interface LeaseRequest {
  readonly session: Session;
  readonly runId: string;
  readonly about: About;
  /** The run has had the host booted. */
  readonly isBack?: boolean;
  /** A run that died on this host is undone before the lease is given; no `run`: that is over. */
  onSettling(old: { readonly run?: string }): void;
}

/**
 * A host that belongs to one run, for as long as the run sends its heartbeat over a channel of its
 * own. When it stops, others may take the host over, and an armed host undoes the run.
 */
export class Lease {
  /** Whether runs that had died were undone first, so that what was asked before is out of date. */
  settled = false;
  readonly #input = new PassThrough();
  readonly #taken = Promise.withResolvers<void>();
  readonly #givenUp = new AbortController();
  readonly #request: LeaseRequest;
  #isTaken = false;
  #lines: readonly string[] = [];
  #ended: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  private constructor(request: LeaseRequest) {
    this.#request = request;
  }

  /** Takes the lease of a host. A Failure, kind `locked`, when another run has it. */
  static async take(request: LeaseRequest): Promise<Lease> {
    const lease = new Lease(request);
    await lease.#open();
    return lease;
  }

  /** Gives it back. A connection that is gone needs none of it. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    this.#input.end(END);
    await Promise.race([
      this.#ended,
      delay(this.#request.session.limits.release.most, undefined, { ref: false }),
    ]);
    this.#givenUp.abort();
  }

  async #open(): Promise<void> {
    const { session } = this.#request;
    const mark = newMark();
    const channel = session.exec(leaseScript({ ...this.#request, mark }), {
      stdin: this.#input,
      onStdout: frameReader(mark, session.limits, (frame) => this.#see(frame)),
      signal: this.#givenUp.signal,
    });
    this.#ended = channel.then(
      (exit) => this.#taken.reject(newerFormat(exit) ?? this.#notTaken(exit.stderr.toString())),
      (error: unknown) => this.#taken.reject(error),
    );
    await this.#inTime();
    this.#timer = setInterval(() => this.#input.write(BEAT), BEAT_MS).unref();
  }

  async #inTime(): Promise<void> {
    const { most } = this.#request.session.limits.lease;
    const timer = setTimeout(() => this.#taken.reject(this.#tooSlow()), most);
    try {
      await this.#taken.promise;
      this.#isTaken = true;
    } catch (error) {
      this.#givenUp.abort(error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** What the host says once the lease is taken, or refused, is not heeded. */
  #see(frame: Frame): void {
    if (this.#isTaken || this.#givenUp.signal.aborted) return;
    if (frame.kind === 'line') this.#lines = [...this.#lines, frame.text].slice(-20);
    if (frame.kind === 'garbled') this.#taken.reject(senseless(frame.text));
    if (frame.kind === 'held') this.#taken.resolve();
    if (frame.kind === 'locked') this.#taken.reject(locked(this.#lines));
    if (frame.kind === 'lost') this.#taken.reject(leaseLost());
    if (frame.kind === 'settling') this.#request.onSettling({ run: frame.run });
    if (frame.kind !== 'settled') return;
    this.settled = true;
    this.#request.onSettling({});
    if (frame.status !== UNDO_STATUS.undone && frame.status !== UNDO_STATUS.notArmed)
      this.#taken.reject(notSettled(frame.run, this.#lines));
  }

  #tooSlow(): Failure {
    return new Failure('The host did not give its lease in time', {
      where: this.#request.session.host.name,
      ran: formatLimit(this.#request.session.limits.lease),
      output: this.#lines.join('\n').trim(),
      fix: 'Look on the host for a disk that hangs, and for what a run that died has left to undo.',
    });
  }

  #notTaken(stderr: string): Failure {
    return new Failure('The lease of the host could not be taken', {
      where: this.#request.session.host.name,
      output: [...this.#lines, stderr].join('\n').trim(),
      fix: 'Make /run/rota and /var/lib/rota writable for the user that rota runs as.',
    });
  }
}

function locked(lines: readonly string[]): Failure {
  const fields = new Map(lines.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]));
  const [owner, what, run, since] = ['owner', 'what', 'run', 'since'].map(
    (name) => fields.get(name) ?? 'unknown',
  );
  return new Failure('The host is locked by another run', {
    kind: 'locked',
    ran: `${what} by ${owner} since ${since}, run ${run}`,
    fix: 'Wait until it has ended. A run that died lets go of it by itself; npm run unlock -- INVENTORY does so by hand.',
  });
}

function notSettled(run: string, lines: readonly string[]): Failure {
  return new Failure('A run that died on this host could not be undone', {
    kind: 'undo',
    ran: `run ${run}`,
    output: lines.join('\n').trim(),
    fix: `Look at /var/lib/rota/runs/${run} on the host: it has the files as they were. Then run again.`,
  });
}
