import type { TimeSpan } from '../spans.ts';

/** Hosts wait for their turn and for answers while something else takes its time. */
const WAITING: ReadonlySet<TimeSpan['kind']> = new Set(['queue', 'wait']);

/** A host that rests for longer waits for something else. */
const REST_MS = 250;

/**
 * What a run took its time for, from its end back: before each span, what the same host did until then,
 * or, where it rested, what ended last anywhere. Without one of them the run would have been shorter.
 */
export function criticalPath(spans: readonly TimeSpan[]): ReadonlySet<TimeSpan> {
  const byEnd = spans
    .filter(({ kind, fromMs, toMs }) => !WAITING.has(kind) && toMs > fromMs)
    .toSorted((one, other) => other.toMs - one.toMs || one.fromMs - other.fromMs);
  const path = new Set<TimeSpan>();
  for (let at = byEnd[0]; at !== undefined; at = spanBefore(at, byEnd)) path.add(at);
  return path;
}

function spanBefore({ host, fromMs }: TimeSpan, byEnd: readonly TimeSpan[]): TimeSpan | undefined {
  const earlier = byEnd.filter(({ toMs }) => toMs <= fromMs);
  const own = earlier.find((span) => span.host === host);
  return own !== undefined && fromMs - own.toMs <= REST_MS ? own : earlier[0];
}
