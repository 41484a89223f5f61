import { LASTING_EXIT_CODES } from '#engine/report/exit-code.ts';
import { type Held, heldSlice, mayTry, type SliceEnd, TRIES, wasStopped } from './held.ts';
import type { Ask, LeaveReply } from './messages.ts';

interface BookOptions {
  readonly slices: number;
  readonly ringsAtOnce?: number | undefined;
  /** Whether another coordinator has begun the run, and died. */
  readonly isTakenUp?: boolean;
  /** A worker that has not asked for so long is taken for dead. */
  readonly patienceMs: number;
  /** Whether no slice, or no ring of this one, may be begun any more, since too many hosts have failed. */
  isFull(slice?: number): boolean;
}

/** Who has which slice of a run, and who may go on: what a coordinator answers workers by. */
export class SliceBook {
  readonly #options: BookOptions;
  readonly #entries: readonly Held[];
  #isStopped = false;
  /** Nothing is begun before whoever has a slice of a coordinator that died had the time to say so. */
  readonly #listensUntil: number;
  /** When any worker has last asked for anything, or all was offered since none did. */
  #heardAt: number;
  /** Why workers cannot run slices, and since when none has run. */
  #refusal: { readonly why: string; readonly since: number } | undefined;

  constructor(options: BookOptions, now: number) {
    this.#options = options;
    this.#heardAt = now;
    this.#listensUntil = options.isTakenUp ? now + options.patienceMs : now;
    this.#entries = Array.from({ length: options.slices }, (_, index) => heldSlice(index + 1));
  }

  /** Ctrl-C: what runs is ended, nothing new is begun. */
  stop(): void {
    this.#isStopped = true;
  }

  answer({ slice, try: name, rings, want }: Ask, now: number): LeaveReply {
    const entry = this.#entryOf(slice);
    this.#heardAt = now;
    if (want.what === 'cannot') {
      this.#refusal ??= { why: want.why, since: now };
      return 'wait';
    }
    if (want.what === 'begin') return this.#begin(entry, name, now);
    // Where another worker has it by now, it is no longer for this one to take out of the queue.
    if (want.what === 'end') return (entry.tries.at(-1) ?? name) === name ? 'done' : 'stop';
    if (entry.current === undefined) this.begun(slice, name);
    if (entry.current !== name || entry.end !== undefined) return 'stop';
    this.#seen(entry, now);
    entry.rings = rings;
    if (this.#isStopped) return 'stop';
    return want.what === 'still' ? 'go' : this.#ring(entry, now);
  }

  /** A try has told something, which is all that is known of it where a coordinator died. */
  begun(slice: number, name: string): void {
    const entry = this.#entryOf(slice);
    if (!entry.tries.includes(name)) this.#take(entry, name);
  }

  /** A try has told all, and how its process ended. One that another has followed says nothing any more. */
  ended(slice: number, name: string, exit: string, now: number): void {
    const entry = this.#entryOf(slice);
    this.#refusal = undefined;
    if (entry.end !== undefined || entry.tries.at(-1) !== name) return;
    entry.current = undefined;
    entry.offerAt = now + this.#options.patienceMs;
    if (wasStopped(exit)) entry.stopped += 1;
    // What was killed by a signal is none of these.
    const isLasting = [0, ...LASTING_EXIT_CODES].includes(Number(exit));
    if (isLasting || this.#isStopped) entry.end = { try: name };
    else if (!mayTry(entry))
      entry.end = wasStopped(exit) ? { givenUp: 'its worker was stopped' } : { try: name };
  }

  /** The tries of each slice, in their order. */
  get tries(): readonly (readonly string[])[] {
    return this.#entries.map(({ tries }) => tries);
  }

  /** How each slice came out; undefined for one that was not begun, or is not known to have ended. */
  get ends(): readonly (SliceEnd | undefined)[] {
    return this.#entries.map(({ end }) => end);
  }

  /** Whether nothing more is to come of any slice. */
  isOver(now: number): boolean {
    this.#giveUpRefused(now);
    return this.#entries.every((entry) => this.#isOver(entry, now));
  }

  /** How many slices wait for a worker while none has asked for so long. */
  waiting(now: number, silentMs: number): number {
    return now - this.#heardAt < silentMs ? 0 : this.#left(now).length;
  }

  /**
   * The slices to offer once more: those to try again, those that were begun and that no worker came back
   * for, and all where no worker asks for anything. What the queue has lost is in it again then.
   */
  due(now: number): readonly number[] {
    const long = 2 * this.#options.patienceMs;
    const isSilent = now - this.#heardAt >= long;
    if (isSilent) this.#heardAt = now;
    const due = this.#left(now).filter(({ offerAt }) => isSilent || now >= offerAt);
    for (const entry of due) entry.offerAt = now + long;
    return due.map(({ slice }) => slice);
  }

  /** Those that nobody has, and that are to be begun. */
  #left(now: number): readonly Held[] {
    return this.#entries.filter((one) => !this.#isOver(one, now) && !this.#isAlive(one, now));
  }

  #isOver(entry: Held, now: number): boolean {
    if (entry.end !== undefined) return true;
    if (this.#isAlive(entry, now)) return false;
    return this.#isStopped || (this.#options.isFull() && entry.tries.length === 0);
  }

  #entryOf(slice: number): Held {
    const entry = this.#entries[slice - 1];
    if (entry === undefined) throw new Error(`No slice ${slice}`);
    return entry;
  }

  #begin(entry: Held, name: string, now: number): LeaveReply {
    if (entry.end !== undefined) return 'done';
    if (this.#isStopped) return 'stop';
    if (now < this.#listensUntil || this.#isAlive(entry, now)) return 'wait';
    if (!mayTry(entry)) {
      entry.end = { givenUp: `its worker died ${TRIES} times` };
      return 'done';
    }
    // One that was begun before is nothing new.
    if (this.#options.isFull() && entry.tries.length === 0) return 'stop';
    this.#take(entry, name);
    this.#seen(entry, now);
    return 'go';
  }

  #ring(entry: Held, now: number): LeaveReply {
    if (this.#options.isFull(entry.slice)) return 'stop';
    const { ringsAtOnce = Number.POSITIVE_INFINITY } = this.#options;
    const alive = this.#entries.filter((one) => this.#isAlive(one, now));
    const rings = alive.reduce((sum, one) => sum + one.rings, 0);
    if (now < this.#listensUntil || rings >= ringsAtOnce) return 'wait';
    entry.rings += 1;
    return 'go';
  }

  #take(entry: Held, name: string): void {
    entry.tries.push(name);
    entry.current = name;
    entry.rings = 0;
  }

  #seen(entry: Held, now: number): void {
    entry.seenAt = now;
    this.#refusal = undefined;
    entry.offerAt = now + 3 * this.#options.patienceMs;
  }

  /** Where each worker that there is refuses, and none has a slice. */
  #giveUpRefused(now: number): void {
    if (this.#refusal === undefined || now - this.#refusal.since < 2 * this.#options.patienceMs)
      return;
    if (this.#entries.some((entry) => this.#isAlive(entry, now))) return;
    for (const entry of this.#entries) entry.end ??= { givenUp: this.#refusal.why };
  }

  #isAlive({ current, seenAt }: Held, now: number): boolean {
    return current !== undefined && now - seenAt < this.#options.patienceMs;
  }
}
