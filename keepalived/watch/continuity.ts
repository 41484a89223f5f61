import type { Continuity, LostStretch } from '#engine/model/rollout.ts';
import type { Prober, Span } from './prober.ts';
import type { Loss } from './series.ts';

/**
 * How a VIP fared, by what all nodes of its ring saw. Samples of a node that holds it itself count
 * for nothing, and one is lost only if the network of the node that took it worked.
 */
export function continuityOf(
  vip: string,
  probers: readonly Prober[],
  { fromMs, toMs }: Span,
): Continuity {
  const window = { fromMs, toMs };
  const seen = probers.map((prober) => samplesOf(vip, prober, window));
  const holdings = probers.flatMap((prober) =>
    prober.holdings(vip, toMs).map((span) => ({ ...span, host: prober.host })),
  );
  return {
    name: vip,
    samples: sum(seen.map(({ answered, lost }) => answered + lost)),
    lost: sum(seen.map(({ lost }) => lost)),
    longestGapMs: Math.round(Math.max(0, ...seen.map(({ longestGapMs }) => longestGapMs))),
    owners: ownersOf(holdings, window),
    mostHolders: mostHolders(holdings, window),
    losses: seen.flatMap(({ losses }) => losses).slice(0, MOST_LOSSES),
  };
}

const MOST_LOSSES = 1000;

function samplesOf(vip: string, prober: Prober, { fromMs, toMs }: Span) {
  const own = prober.holdings(vip, toMs);
  const counts = (atMs: number) =>
    atMs >= fromMs &&
    atMs < toMs &&
    !own.some((span) => span.fromMs <= atMs && atMs < span.toMs) &&
    prober.workedAt(atMs);
  const stretches = prober.losses(vip, toMs).flatMap((loss) => stretchesOf(loss, counts));
  const heldAnswers = own.map((span) =>
    prober.answered(vip, {
      fromMs: Math.max(fromMs, span.fromMs),
      toMs: Math.min(toMs, span.toMs),
    }),
  );
  return {
    answered: prober.answered(vip, { fromMs, toMs }) - sum(heldAnswers),
    lost: sum(stretches.map(({ lost }) => lost)),
    longestGapMs: Math.max(0, ...stretches.map(({ sinceMs, untilMs }) => untilMs - sinceMs)),
    losses: stretches.map((stretch) => ({ host: prober.host, ...stretch })),
  };
}

/** What of a loss counts. A gap is as long as its samples are apart, one after the other. */
function stretchesOf(
  { fromMs, spacingMs, lost }: Loss,
  counts: (atMs: number) => boolean,
): readonly Omit<LostStretch, 'host'>[] {
  const stretches: Omit<LostStretch, 'host'>[] = [];
  let first = 1;
  for (let index = 1; index <= lost + 1; index += 1) {
    if (index <= lost && counts(fromMs + index * spacingMs)) continue;
    const sinceMs = fromMs + first * spacingMs;
    const own = index - first;
    if (own > 0) stretches.push({ sinceMs, untilMs: sinceMs + own * spacingMs, lost: own });
    first = index + 1;
  }
  return stretches;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** When one host held a VIP. */
interface Holding extends Span {
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
function ownersOf(holdings: readonly Holding[], window: Span): Owners {
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
function mostHolders(holdings: readonly Holding[], window: Span): number {
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
