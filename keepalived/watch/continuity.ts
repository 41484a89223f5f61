import type { Continuity } from '#engine/model/rollout.ts';
import { mostHolders, ownersOf } from './owners.ts';
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
  };
}

function samplesOf(vip: string, prober: Prober, { fromMs, toMs }: Span) {
  const own = prober.holdings(vip, toMs);
  const counts = (atMs: number) =>
    atMs >= fromMs &&
    atMs < toMs &&
    !own.some((span) => span.fromMs <= atMs && atMs < span.toMs) &&
    prober.workedAt(atMs);
  const stretches = prober.losses(vip, toMs).map((loss) => stretchesOf(loss, counts));
  const heldAnswers = own.map((span) =>
    prober.answered(vip, {
      fromMs: Math.max(fromMs, span.fromMs),
      toMs: Math.min(toMs, span.toMs),
    }),
  );
  return {
    answered: prober.answered(vip, { fromMs, toMs }) - sum(heldAnswers),
    lost: sum(stretches.map(({ lost }) => lost)),
    longestGapMs: Math.max(0, ...stretches.map(({ longestGapMs }) => longestGapMs)),
  };
}

/** What of a loss counts. A gap is as long as its samples are apart, one after the other. */
function stretchesOf({ fromMs, spacingMs, lost }: Loss, counts: (atMs: number) => boolean) {
  let counted = 0;
  let longest = 0;
  let stretch = 0;
  for (let index = 1; index <= lost; index += 1) {
    stretch = counts(fromMs + index * spacingMs) ? stretch + 1 : 0;
    if (stretch > 0) counted += 1;
    longest = Math.max(longest, stretch);
  }
  return { lost: counted, longestGapMs: longest * spacingMs };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
