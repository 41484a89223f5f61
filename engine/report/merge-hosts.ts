import { Failure, Failures } from '#engine/model/failure.ts';
import type { HostSummary } from '../run/events.ts';
import { foldNames } from './fold-names.ts';
import type { HostOutcome } from './host-outcomes.ts';
import type { RunOutcomes } from './outcome.ts';
import { inventoryHosts } from './words.ts';

/** Throws Failures for runs of which nobody could tell what each did to a host. */
export function refuseCommonHosts(runs: readonly RunOutcomes[]): void {
  const refused = runs.flatMap((one, at) =>
    runs.slice(at + 1).flatMap((other) => commonHosts(one, other)),
  );
  if (refused.length > 0) throw new Failures(refused);
}

/** What each did on the control machine can be told. */
function commonHosts(one: RunOutcomes, other: RunOutcomes): readonly Failure[] {
  const names = new Set(namesOf(other));
  const common = namesOf(one).filter((host) => names.has(host));
  if (common.length === 0) return [];
  return [
    new Failure('The runs have hosts in common', {
      where: `${one.runId} and ${other.runId}`,
      output: foldNames(common),
      fix: 'Report each by itself, such as a deploy and a verify. One counts no more where a later one of the same playbook, mode and inventory has all its hosts and tasks.',
    }),
  ];
}

function namesOf({ hosts }: RunOutcomes): readonly string[] {
  return inventoryHosts(hosts, ({ host }) => host).map(({ host }) => host);
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

/** The runs are beside each other: what took longest is the time of all. */
function mergedSummary(
  one: HostSummary | undefined,
  other: HostSummary | undefined,
): HostSummary | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return {
    ...(one.elapsedMs < other.elapsedMs ? other : one),
    ok: one.ok + other.ok,
    changed: one.changed + other.changed,
    failed: one.failed + other.failed,
    pending: one.pending + other.pending,
    unreachable: one.unreachable || other.unreachable,
    ...namesIn([one, other]),
  };
}

/** Nothing where each did all. */
function namesIn(summaries: readonly HostSummary[]): Pick<HostSummary, 'done' | 'left'> {
  if (summaries.every(({ left }) => left === undefined)) return {};
  return {
    done: summaries.flatMap(({ done = [] }) => done),
    left: summaries.flatMap(({ left = [] }) => left),
  };
}
