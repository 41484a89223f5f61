import type { Ask, LeaveReply } from './messages.ts';

/** How often a slice is begun. */
export const TRIES = 3;

/** How a slice came out: by the try that counts, or given up. */
export type SliceEnd = { readonly try: string } | { readonly givenUp: string };

interface Held {
  /** All that have begun, in their order. */
  readonly tries: string[];
  /** Those of them whose process has ended. */
  readonly over: Set<string>;
  /** The one that has the slice. */
  current?: string | undefined;
  /** When a worker has last asked for it. */
  seenAt: number;
  rings: number;
  end?: SliceEnd;
}

interface BookOptions {
  readonly slices: number;
  readonly ringsAtOnce?: number | undefined;
  /** A worker that has not asked for so long is taken for dead. */
  readonly patienceMs: number;
  /** Whether no slice may be begun any more, since too many hosts have failed. */
  isFull(): boolean;
}

/** Who has which slice of a run, and who may go on: what a coordinator answers workers by. */
export class SliceBook {
  readonly #options: BookOptions;
  readonly #entries: readonly Held[];
  #isStopped = false;
  /** Till then workers of a coordinator that died are listened to. */
  #listensUntil = 0;
  /** Why workers cannot run slices, and since when none was begun. */
  #refusal: { readonly why: string; readonly since: number } | undefined;

  constructor(options: BookOptions) {
    this.#options = options;
    this.#entries = Array.from({ length: options.slices }, () => ({
      tries: [],
      over: new Set<string>(),
      seenAt: Number.NEGATIVE_INFINITY,
      rings: 0,
    }));
  }

  /** Ctrl-C: what runs is ended, nothing new is begun. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Nothing is begun before whoever has a slice still had the time to say so. */
  listen(now: number): void {
    this.#listensUntil = now + this.#options.patienceMs;
    for (const entry of this.#entries) if (entry.current !== undefined) entry.seenAt = now;
  }

  answer({ slice, try: name, rings, want }: Ask, now: number): LeaveReply {
    const entry = this.#entryOf(slice);
    if (want.what === 'cannot') return this.#refused(want.why, now);
    if (want.what === 'begin') return this.#begin(entry, name, now);
    if (want.what === 'end') return this.#ended(entry, name, want.exit);
    if (entry.current === undefined && !entry.over.has(name)) this.#take(entry, name);
    if (entry.current !== name || entry.end !== undefined) return 'stop';
    entry.seenAt = now;
    entry.rings = rings;
    if (this.#isStopped) return 'stop';
    return want.what === 'still' ? 'go' : this.#ring(entry, now);
  }

  /** What the events of a run say, which is all that is left where a coordinator died. */
  begun(slice: number, name: string): void {
    const entry = this.#entryOf(slice);
    if (!entry.tries.includes(name)) this.#take(entry, name);
  }

  /** The same of its end: gives whether this try of the slice is the one that counts. */
  ended(slice: number, name: string, exit: string): boolean {
    const entry = this.#entryOf(slice);
    this.#ended(entry, name, exit);
    return entry.end !== undefined && 'try' in entry.end && entry.end.try === name;
  }

  /** The try that has a slice, or whose end counts. */
  currentOf(slice: number): string | undefined {
    const { current, end } = this.#entryOf(slice);
    return end !== undefined && 'try' in end ? end.try : current;
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
    if (entry.tries.length >= TRIES) {
      entry.end = { givenUp: `its worker died ${TRIES} times` };
      return 'done';
    }
    // One that was begun before is nothing new.
    if (this.#options.isFull() && entry.tries.length === 0) return 'stop';
    this.#take(entry, name);
    entry.seenAt = now;
    this.#refusal = undefined;
    return 'go';
  }

  #ring(entry: Held, now: number): LeaveReply {
    if (this.#options.isFull()) return 'stop';
    const { ringsAtOnce = Number.POSITIVE_INFINITY } = this.#options;
    const alive = this.#entries.filter((one) => this.#isAlive(one, now));
    const rings = alive.reduce((sum, one) => sum + one.rings, 0);
    if (now < this.#listensUntil || rings >= ringsAtOnce) return 'wait';
    entry.rings += 1;
    return 'go';
  }

  #take(entry: Held, name: string): void {
    if (!entry.tries.includes(name)) entry.tries.push(name);
    entry.current = name;
    entry.rings = 0;
  }

  #ended(entry: Held, name: string, exit: string): LeaveReply {
    entry.over.add(name);
    if (entry.end !== undefined) return 'done';
    if (entry.current !== undefined && entry.current !== name) return 'stop';
    entry.current = undefined;
    const mayGoOn = entry.tries.length < TRIES && !this.#isStopped;
    if (mayGoOn && isWorthAnother(exit)) return 'again';
    entry.end = { try: name };
    return 'done';
  }

  #refused(why: string, now: number): LeaveReply {
    this.#refusal ??= { why, since: now };
    return 'wait';
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

/** What was out of reach or locked (4, 5), and what was told to end (130) or was killed. */
function isWorthAnother(exit: string): boolean {
  return ['4', '5', '130'].includes(exit) || !/^\d+$/.test(exit);
}
