import { Failure } from '#engine/model/failure.ts';
import type { RunResult } from '../run/events.ts';
import type { RunOutcomes } from './outcome.ts';
import { watchLater } from './watches.ts';
import { formatElapsed } from './words.ts';

/**
 * Runs of parts of one inventory, such as those of a CI matrix, as one run: the first of them by time gives
 * it its name. One that died is a failure of it. Of a slice that was run again, the last run counts.
 */
export function mergeRuns(
  runs: readonly RunOutcomes[],
): RunOutcomes & { readonly result: RunResult } {
  const inOrder = runs
    .toSorted((one, other) => Date.parse(one.started) - Date.parse(other.started))
    .filter((run, at, all) => !all.slice(at + 1).some((later) => isSameSlice(run, later)));
  const [first] = inOrder;
  if (first === undefined) throw new Error('No run to merge');
  const died = inOrder.filter(({ result }) => result === undefined).map(diedFailure);
  const failures = [...inOrder.flatMap((run) => run.failures), ...died];
  const elapsedMs = Math.max(...inOrder.map(endOf)) - Date.parse(first.started);
  return {
    ...first,
    slice: undefined,
    inventory: [...new Set(inOrder.flatMap(({ inventory }) => inventory))],
    hosts: inOrder.flatMap(({ hosts }) => hosts),
    checks: inOrder.flatMap(({ checks }) => checks),
    ...inOneTime(inOrder),
    elapsedMs,
    failures,
    unfinished: inOrder.flatMap(({ unfinished }) => unfinished),
    result: { ...mergedResult(inOrder), runId: first.runId, mode: first.mode, failures, elapsedMs },
  };
}

/** Also of the same hosts: the number of a slice is one of those that --limit has left. */
function isSameSlice(one: RunOutcomes, other: RunOutcomes): boolean {
  const keyOf = ({ slice, playbook, mode, inventory }: RunOutcomes) =>
    JSON.stringify([slice, playbook, mode, inventory]);
  if (one.slice === undefined || keyOf(one) !== keyOf(other)) return false;
  const names = new Set(other.hosts.map(({ host }) => host));
  return one.hosts.every(({ host }) => names.has(host));
}

/** What has times, which are since the start of the first run. */
function inOneTime(runs: readonly RunOutcomes[]): Pick<RunOutcomes, 'spans' | 'rings' | 'watches'> {
  const startMs = Date.parse(runs[0]?.started ?? '');
  const shifted = runs.map((run) => ({ run, byMs: Date.parse(run.started) - startMs }));
  return {
    spans: shifted.flatMap(({ run, byMs }) =>
      run.spans.map((span) => ({ ...span, fromMs: span.fromMs + byMs, toMs: span.toMs + byMs })),
    ),
    rings: runs.flatMap(({ rings }) => rings),
    watches: shifted.flatMap(({ run, byMs }) =>
      run.watches.map((watch) => watchLater(watch, byMs)),
    ),
  };
}

function endOf({ started, elapsedMs }: RunOutcomes): number {
  return Date.parse(started) + elapsedMs;
}

function mergedResult(
  runs: readonly RunOutcomes[],
): Pick<RunResult, 'hosts' | 'continuity' | 'undone' | 'interrupted'> {
  const results = runs.flatMap(({ result }) => (result === undefined ? [] : [result]));
  return {
    hosts: runs.flatMap(({ hosts }) => hosts.flatMap(({ summary }) => (summary ? [summary] : []))),
    continuity: results.flatMap(({ continuity }) => continuity ?? []),
    undone: results.flatMap(({ undone }) => undone ?? []),
    interrupted: results.some(({ interrupted }) => interrupted),
  };
}

function diedFailure({ runId, elapsedMs, hosts }: RunOutcomes): Failure {
  return new Failure('A run died', {
    where: runId,
    ran: `after ${formatElapsed(elapsedMs)}, on ${hosts.map(({ host }) => host).join(', ')}`,
    fix: 'Run it again: what it left half done is undone or finished first.',
  });
}
