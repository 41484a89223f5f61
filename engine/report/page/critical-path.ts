import type { TimeSpan } from '../spans.ts';

/** Hosts wait for their turn and for answers while something else takes its time. */
const WAITING: ReadonlySet<TimeSpan['kind']> = new Set(['queue', 'wait']);

/**
 * What a run took its time for: from its end back, each time what ended last before. Without one of
 * them it would have been shorter.
 */
export function criticalPath(spans: readonly TimeSpan[]): ReadonlySet<TimeSpan> {
  const byEnd = spans
    .filter(({ kind, fromMs, toMs }) => !WAITING.has(kind) && toMs > fromMs)
    .toSorted((one, other) => other.toMs - one.toMs || one.fromMs - other.fromMs);
  const path = new Set<TimeSpan>();
  let before = Number.POSITIVE_INFINITY;
  for (const span of byEnd) {
    if (span.toMs > before) continue;
    path.add(span);
    before = span.fromMs;
  }
  return path;
}
