import { resolve } from 'node:path';
import { Failure } from '#engine/model/failure.ts';
import type { RunResult } from '../run/events.ts';
import { exitCodeOf } from './exit-code.ts';
import type { TaskOutcome } from './host-outcomes.ts';
import { mergedHosts, refuseCommonHosts } from './merge-hosts.ts';
import type { RunOutcomes } from './outcome.ts';
import { watchLater } from './watches.ts';
import { formatElapsed } from './words.ts';

/**
 * Runs of parts of one inventory, such as those of a CI matrix, as one run: the first of them by time gives
 * it its name. One that died is a failure of it. One that was made again does not count. Throws Failures
 * for runs that otherwise have hosts in common.
 */
export function mergeRuns(
  runs: readonly RunOutcomes[],
): RunOutcomes & { readonly result: RunResult } {
  const inOrder = runs
    .toSorted((one, other) => Date.parse(one.started) - Date.parse(other.started))
    .filter((run, at, all) => !all.slice(at + 1).some((later) => isMadeAgain(run, later)));
  refuseCommonHosts(inOrder);
  const [first] = inOrder;
  if (first === undefined) throw new Error('No run to merge');
  const died = inOrder.filter(({ result }) => result === undefined).map(diedFailure);
  const failures = [...inOrder.flatMap((run) => run.failures), ...died];
  const hosts = mergedHosts(inOrder);
  const elapsedMs = Math.max(...inOrder.map(endOf)) - Date.parse(first.started);
  return {
    ...first,
    slice: undefined,
    inventory: [...new Set(inOrder.flatMap(({ inventory }) => inventory))],
    hosts,
    checks: inOrder.flatMap(({ checks }) => checks),
    ...inOneTime(inOrder),
    elapsedMs,
    failures,
    unfinished: inOrder.flatMap(({ unfinished }) => unfinished),
    result: {
      ...mergedResult(inOrder),
      ...{ runId: first.runId, mode: first.mode, failures, elapsedMs },
      hosts: hosts.flatMap(({ summary }) => summary ?? []),
    },
  };
}

/** By a later run of the same hosts: of the same slice, or with all tasks. */
function isMadeAgain(one: RunOutcomes, later: RunOutcomes): boolean {
  if (keyOf(one) !== keyOf(later)) return false;
  const isSameSlice = one.slice !== undefined && one.slice === later.slice;
  const isGood = later.result !== undefined && GOOD.has(exitCodeOf(later.result));
  const known = new Map(later.hosts.map(({ host, tasks }) => [host, titlesOf(tasks)]));
  return one.hosts.every(({ host, tasks }) => {
    const titles = known.get(host);
    if (titles === undefined) return false;
    const isUnplanned = titles.size === 0 && !isGood;
    return isSameSlice || isUnplanned || titlesOf(tasks).isSubsetOf(titles);
  });
}

/** `prod` and `./prod/` are one inventory. */
function keyOf({ playbook, mode, inventory }: RunOutcomes): string {
  return JSON.stringify([playbook, mode, inventory.map((path) => resolve(path))]);
}

const GOOD: ReadonlySet<number> = new Set([0, 2]);

function titlesOf(tasks: readonly TaskOutcome[]): Set<string> {
  return new Set(tasks.map(({ task }) => task));
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
): Pick<RunResult, 'continuity' | 'undone' | 'interrupted'> {
  const results = runs.flatMap(({ result }) => (result === undefined ? [] : [result]));
  return {
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
