import { addressOfKernel, plainAddress } from '../address.ts';
import { LATE_MS, type Loss, Series } from './series.ts';

/** From one moment to another. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A node that says nothing for so long is down, or out of reach. */
const SILENT_MS = 1000;

/** So often nothing changes hands, and so many do not answer: who tells more is heeded no more. */
const MOST = 2000;

/** No line takes so long to arrive: the node's clock was set back. */
const CLOCK_SET_MS = 10_000;

/** What one node has told: the answers that it had, and what it held. All times are of our clock. */
export class Prober {
  readonly host: string;
  readonly #peers: readonly string[];
  readonly #isPair: boolean;
  readonly #series = new Map<string, Series>();
  readonly #states: { readonly atMs: number; readonly state: HeldState }[] = [];
  #offsetMs = Number.POSITIVE_INFINITY;
  #startMs: number | undefined;
  #lastMs = Number.NEGATIVE_INFINITY;

  /** `peers`: the own addresses of the other nodes. `isPair`: there is but one other. */
  constructor(host: string, { peers, isPair }: { peers: readonly string[]; isPair: boolean }) {
    this.host = host;
    this.#peers = peers;
    this.#isPair = isPair;
  }

  see(text: string, atMs: number): void {
    if (this.#states.length >= MOST || this.#series.size >= MOST) return;
    this.#startMs ??= atMs;
    this.#lastMs = atMs;
    const line = parseWatchLine(text);
    if (line?.kind === 'state') this.#states.push({ atMs, state: line });
    if (line?.kind === 'reply' && line.roundTripMs <= LATE_MS) {
      const series = this.#of(line.target);
      this.#series.set(line.target, series);
      series.add(line.seq, this.#timeOf(line, atMs));
    }
  }

  answered(target: string, { fromMs, toMs }: Span): number {
    return this.#of(target).answered(fromMs, toMs);
  }

  losses(target: string, untilMs: number): readonly Loss[] {
    return this.#of(target).losses(Math.min(untilMs, this.#lastMs));
  }

  /** When it held an address. What a node held that is down or out of reach now is not known. */
  holdings(vip: string, untilMs: number): readonly Span[] {
    const endMs = this.#lastMs < untilMs - SILENT_MS ? this.#lastMs : untilMs;
    const spans = this.#states.map(({ atMs, state }, index) => ({
      // Its first look comes with its first answers, in whatever order.
      fromMs: index === 0 ? (this.#startMs ?? atMs) : atMs,
      toMs: this.#states[index + 1]?.atMs ?? endMs,
      holds: state.held.has(vip),
    }));
    return spans.filter(({ holds, fromMs, toMs }) => holds && toMs > fromMs).reduce(joined, []);
  }

  /**
   * Whether its network worked: a peer answered before and after. In a ring of two, where the only
   * peer may be what is down, a link that is up must do.
   */
  workedAt(atMs: number): boolean {
    if (this.#peers.some((peer) => this.#of(peer).workedAt(atMs))) return true;
    const state = this.#states.findLast((one) => one.atMs <= atMs)?.state;
    return this.#isPair && state?.link === true;
  }

  #of(target: string): Series {
    return this.#series.get(target) ?? new Series(this.#startMs ?? Number.POSITIVE_INFINITY);
  }

  /** By the node's own clock, where it tells it: lines may be held up on their way. */
  #timeOf({ clockMs }: Reply, atMs: number): number {
    if (clockMs === undefined) return atMs;
    const offsetMs = atMs - clockMs;
    const isSet = offsetMs > this.#offsetMs + CLOCK_SET_MS;
    this.#offsetMs = isSet ? offsetMs : Math.min(this.#offsetMs, offsetMs);
    return clockMs + this.#offsetMs;
  }
}

function joined(spans: readonly Span[], { fromMs, toMs }: Span): readonly Span[] {
  const last = spans.at(-1);
  if (last?.toMs !== fromMs) return [...spans, { fromMs, toMs }];
  return [...spans.slice(0, -1), { fromMs: last.fromMs, toMs }];
}

/** An answer to one probe. `clockMs` is the node's own clock, where its ping tells it. */
interface Reply {
  readonly kind: 'reply';
  readonly target: string;
  readonly seq: number;
  readonly roundTripMs: number;
  readonly clockMs: number | undefined;
}

/** What a node holds from now on, and whether the link of its interface is up. */
interface HeldState {
  readonly kind: 'state';
  readonly link: boolean;
  readonly held: ReadonlySet<string>;
}

/** As iputils and busybox print it, the time in front with iputils' -D alone. */
const REPLY =
  /^(?:\[(\d+\.\d+)\] )?\d+ bytes from ([0-9a-f:.]+): (?:icmp_)?seq=(\d+) .*\btime=([\d.]+) ms/i;

/** A line of the script that watches, or undefined for one that says nothing, such as a heading. */
export function parseWatchLine(line: string): Reply | HeldState | undefined {
  const [, clock, from = '', seq, time] = REPLY.exec(line) ?? [];
  if (seq !== undefined) {
    return {
      kind: 'reply',
      target: plainAddress(from),
      seq: Number(seq),
      roundTripMs: Number(time),
      clockMs: clock === undefined ? undefined : Number(clock) * 1000,
    };
  }
  const [word, link, ...rest] = line.trim().split(' ');
  if (word !== 'held') return undefined;
  return {
    kind: 'state',
    link: link === '1',
    held: new Set(rest.flatMap((one) => addressIn(one) ?? [])),
  };
}

/** A word of a line of /proc/net/if_inet6, or of what `ip -4 -o addr show` prints. */
function addressIn(word: string): string | undefined {
  if (/^[0-9a-f]{32}$/.test(word)) return addressOfKernel(word);
  return /^([\d.]+)\/\d+$/.exec(word)?.[1];
}
