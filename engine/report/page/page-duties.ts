import { DRILL_SLACK_MS } from '#engine/model/drill.ts';
import type { Continuity } from '#engine/model/rollout.ts';
import type { RunOutcomes } from '../outcome.ts';
import type { RingWatch } from '../watches.ts';
import type { PageDuty, PageHolder } from './data.ts';

/** How all that was watched fared, beside what was said of it before. */
export function dutiesIn(run: RunOutcomes): readonly PageDuty[] {
  return run.watches.flatMap((watch) =>
    watch.watched.map((one) => dutyOf(one, watch, expectedIn(run, watch, one.name))),
  );
}

/** What the impacts of a ring's hosts allow one of its duties. */
function expectedIn({ hosts }: RunOutcomes, { ring }: RingWatch, name: string): number {
  const gaps = hosts.flatMap(({ host, impact }) =>
    ring.includes(host) && impact?.moves.includes(name) === true ? [impact.gapMs] : [],
  );
  return Math.max(0, ...gaps);
}

function dutyOf(one: Continuity, watch: RingWatch, expectedMs: number): PageDuty {
  const { name, samples, lost, longestGapMs: gapMs, losses = [], boundMs, mostHolders } = one;
  return {
    name,
    holders: holdersOf(one, watch),
    losses:
      watch.untilMs === undefined
        ? []
        : losses.map((loss) => ({
            host: loss.host,
            fromMs: loss.sinceMs,
            toMs: loss.untilMs,
            lost: loss.lost,
          })),
    samples,
    lost,
    gapMs: finite(gapMs),
    expectedMs: finite(expectedMs),
    ...(boundMs === undefined ? {} : { boundMs }),
    verdict: verdictOf(gapMs, expectedMs, boundMs),
    mostHolders,
  };
}

function holdersOf({ owners }: Continuity, { untilMs }: RingWatch): readonly PageHolder[] {
  if (untilMs === undefined) return [];
  return owners.map(({ host, sinceMs: fromMs }, index) => {
    const toMs = owners[index + 1]?.sinceMs ?? untilMs;
    return host === undefined ? { fromMs, toMs } : { host, fromMs, toMs };
  });
}

function verdictOf(gapMs: number, expectedMs: number, boundMs = 0): PageDuty['verdict'] {
  if (gapMs === 0) return 'none';
  if (gapMs <= expectedMs + DRILL_SLACK_MS) return 'expected';
  return gapMs <= boundMs + DRILL_SLACK_MS ? 'bounded' : 'long';
}

/** JSON has no number for what has no end. */
function finite(ms: number): number | null {
  return Number.isFinite(ms) ? Math.round(ms) : null;
}
