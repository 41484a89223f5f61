/** Samples in a row that were not answered: the k-th of them was sent `k * spacingMs` after `fromMs`. */
export interface Loss {
  readonly fromMs: number;
  readonly spacingMs: number;
  readonly lost: number;
}

/** A sample that is answered later than this is a lost one: nobody waits so long on a fabric. */
export const LATE_MS = 250;

/** Between probes, for those that no answer came after; else it is measured. */
const INTERVAL_MS = 45;

/** No ping sends faster, which would be numbers that are made up; so many it may have sent before its first word. */
const FASTEST_MS = 20;
const EARLY = 1000;

/** So many in a row may be lost by a network that works. */
const STRAY = 2;

/** icmp_seq has 16 bits. */
const SEQUENCES = 65_536;

/** The answers that one node had from one address, by the sequence numbers of its probes. */
export class Series {
  readonly #startMs: number;
  readonly #times: number[] = [];
  readonly #losses: Loss[] = [];
  #seq = 0;
  #sent = 0;

  /** `startMs`: when the node began to probe. */
  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  add(seq: number, atMs: number): void {
    const ahead = (seq - this.#seq + SEQUENCES) % SEQUENCES;
    // busybox counts from 0. One that is behind is a duplicate.
    if (this.#times.length > 0 && (ahead === 0 || ahead > SEQUENCES / 2)) return;
    if (this.#sent + ahead > (atMs - this.#startMs) / FASTEST_MS + EARLY) return;
    this.#sent += ahead;
    const fromMs = this.#lastMs;
    // A prober that was held up sends its next probe later, and misses no number.
    if (ahead > 1)
      this.#losses.push({ fromMs, spacingMs: (atMs - fromMs) / ahead, lost: ahead - 1 });
    this.#times.push(atMs);
    this.#seq = seq;
  }

  /** All that was lost so far, what is still open at `untilMs` included. */
  losses(untilMs: number): readonly Loss[] {
    const fromMs = this.#lastMs;
    const lost = Math.floor((untilMs - LATE_MS - fromMs) / INTERVAL_MS);
    return lost < 1 ? this.#losses : [...this.#losses, { fromMs, spacingMs: INTERVAL_MS, lost }];
  }

  /** How many were answered from one moment to another. */
  answered(fromMs: number, toMs: number): number {
    return Math.max(0, this.#before(toMs) - this.#before(fromMs));
  }

  /** Whether answers came before and after, with no more lost between than strays. */
  workedAt(atMs: number): boolean {
    const first = this.#times[0] ?? Number.POSITIVE_INFINITY;
    if (atMs < first || atMs > this.#lastMs) return false;
    return !this.#losses.some(
      ({ fromMs, spacingMs, lost }) =>
        lost > STRAY && atMs > fromMs && atMs < fromMs + spacingMs * (lost + 1),
    );
  }

  get #lastMs(): number {
    return this.#times.at(-1) ?? this.#startMs;
  }

  /** By halving: how many answers came before. */
  #before(atMs: number): number {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] ?? 0) < atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
