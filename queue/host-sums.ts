import type { HostSummary } from '#engine/run/events.ts';

/**
 * What came of each host: the control machines of several workers count as one, and what earlier tries of
 * a slice have changed stays changed.
 */
export function oneEach(
  summaries: readonly HostSummary[],
  earlier: readonly HostSummary[],
): readonly HostSummary[] {
  const byHost = new Map<string, HostSummary>();
  for (const one of summaries) {
    const other = byHost.get(one.host);
    byHost.set(one.host, other === undefined ? one : sumOf(one, other));
  }
  for (const { host, changed } of earlier) {
    const known = byHost.get(host);
    if (known !== undefined) byHost.set(host, withChanged(known, changed));
  }
  return [...byHost.values()];
}

function sumOf(one: HostSummary, other: HostSummary): HostSummary {
  return {
    host: one.host,
    ok: one.ok + other.ok,
    changed: one.changed + other.changed,
    failed: one.failed + other.failed,
    pending: one.pending + other.pending,
    unreachable: one.unreachable || other.unreachable,
    elapsedMs: Math.max(one.elapsedMs, other.elapsedMs),
  };
}

function withChanged(known: HostSummary, more: number): HostSummary {
  return { ...known, ok: Math.max(0, known.ok - more), changed: known.changed + more };
}
