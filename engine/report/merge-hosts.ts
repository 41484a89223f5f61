import { Failure, Failures } from '#engine/model/failure.ts';
import { CONTROL_MACHINE } from '#engine/model/host.ts';
import type { HostSummary } from '../run/events.ts';
import { foldNames } from './fold-names.ts';
import type { HostOutcome } from './host-outcomes.ts';
import type { RunOutcomes } from './outcome.ts';

/** Throws Failures for runs of which nobody could tell what each did to a host. */
export function refuseCommonHosts(runs: readonly RunOutcomes[]): void {
  const refused = runs.flatMap((one, at) =>
    runs.slice(at + 1).flatMap((other) => commonHosts(one, other)),
  );
  if (refused.length > 0) throw new Failures(refused);
}

function commonHosts(one: RunOutcomes, other: RunOutcomes): readonly Failure[] {
  const names = new Set(other.hosts.map(({ host }) => host));
  const common = one.hosts
    .map(({ host }) => host)
    .filter((host) => host !== CONTROL_MACHINE.name && names.has(host));
  if (common.length === 0) return [];
  return [
    new Failure('The runs have hosts in common', {
      where: `${one.runId} and ${other.runId}`,
      output: foldNames(common),
      fix: 'Report each by itself. One counts no more where a later one has all its hosts and tasks.',
    }),
  ];
}

/** All hosts; what each run did on the control machine is one row of it. */
export function mergedHosts(runs: readonly RunOutcomes[]): readonly HostOutcome[] {
  const rows = Map.groupBy(
    runs.flatMap(({ hosts }) => hosts),
    ({ host }) => host,
  );
  return [...rows.values()].map((equal) => equal.reduce(mergedRow));
}

function mergedRow(one: HostOutcome, other: HostOutcome): HostOutcome {
  const summary = mergedSummary(one.summary, other.summary);
  return {
    ...one,
    tasks: [...one.tasks, ...other.tasks],
    failures: [...one.failures, ...other.failures],
    ...(summary === undefined ? {} : { summary }),
  };
}

function mergedSummary(
  one: HostSummary | undefined,
  other: HostSummary | undefined,
): HostSummary | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return {
    host: one.host,
    ok: one.ok + other.ok,
    changed: one.changed + other.changed,
    failed: one.failed + other.failed,
    pending: one.pending + other.pending,
    unreachable: one.unreachable || other.unreachable,
    elapsedMs: one.elapsedMs + other.elapsedMs,
  };
}
