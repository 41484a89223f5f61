import type { Continuity } from '#engine/model/rollout.ts';
import type { Span } from './prober.ts';

/** When one host held a VIP. */
export interface Holding extends Span {
  readonly host: string;
}

/**
 * As long as two may hold a VIP while it moves: a master gives way at the next advert of a higher
 * one, and adverts come every second. On top, what nodes are looked at and their lines take.
 */
const TRANSITION_MS = 1500;

/**
 * Where `ip` has no monitor, a node is looked at ten times a second, at a moment of its own: a shorter
 * gap is none.
 */
const RESOLUTION_MS = 250;

type Owners = Continuity['owners'];

/** Who held it from one moment to another. Of several, the one that took it last. */
export function ownersOf(holdings: readonly Holding[], window: Span): Owners {
  const { fromMs, toMs } = window;
  const seen = clipped(holdings, window);
  const all = momentsOf(seen, window).map((sinceMs) => ({
    host: holdersAt(seen, sinceMs).toSorted((one, other) => other.fromMs - one.fromMs)[0]?.host,
    sinceMs,
  }));
  const told = all.filter(({ host, sinceMs }, index) => {
    const endMs = all[index + 1]?.sinceMs ?? toMs;
    return host !== undefined || endMs - sinceMs >= RESOLUTION_MS;
  });
  const changes = told.filter(({ host }, index) => index === 0 || host !== told[index - 1]?.host);
  const [first, ...rest] = changes;
  return first === undefined
    ? [{ host: undefined, sinceMs: fromMs }]
    : [{ ...first, sinceMs: fromMs }, ...rest];
}

/** The most that held it at once for longer than a transition takes. */
export function mostHolders(holdings: readonly Holding[], window: Span): number {
  const seen = clipped(holdings, window);
  const moments = momentsOf(seen, window);
  const hosts = new Set(seen.map(({ host }) => host)).size;
  const counts = Array.from({ length: hosts }, (_, index) => index + 1);
  return Math.max(0, ...counts.filter((count) => longest(count) > TRANSITION_MS));

  function longest(count: number): number {
    let most = 0;
    let sinceMs: number | undefined;
    for (const moment of moments) {
      const isSo = holdersAt(seen, moment).length >= count;
      if (isSo) sinceMs ??= moment;
      most = Math.max(most, sinceMs === undefined ? 0 : moment - sinceMs);
      if (!isSo) sinceMs = undefined;
    }
    return Math.max(most, sinceMs === undefined ? 0 : window.toMs - sinceMs);
  }
}

function clipped(holdings: readonly Holding[], { fromMs, toMs }: Span): readonly Holding[] {
  return holdings
    .map((one) => ({ ...one, toMs: Math.min(one.toMs, toMs) }))
    .filter((one) => one.toMs > Math.max(one.fromMs, fromMs));
}

function holdersAt(holdings: readonly Holding[], atMs: number): readonly Holding[] {
  return holdings.filter(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
}

/** When anything changed, the window's begin included. */
function momentsOf(holdings: readonly Holding[], { fromMs, toMs }: Span): readonly number[] {
  const moments = new Set([fromMs, ...holdings.flatMap((one) => [one.fromMs, one.toMs])]);
  return [...moments]
    .filter((atMs) => atMs >= fromMs && atMs < toMs)
    .toSorted((one, other) => one - other);
}
