import type { Continuity, Impact } from '#engine/model/rollout.ts';
import type { HostSummary, RunResult } from '../run/events.ts';
import { escapeControl } from './escape.ts';
import { formatFailures, formatWarning } from './failure.ts';
import { foldNames } from './fold-names.ts';
import { noPaint, type Paint } from './paint.ts';
import { formatTotals } from './totals.ts';
import { alignRows, formatElapsed, padEnd, padStart, widest } from './words.ts';

/** How the run came out: a row per host, each failure once, and the whole in a sentence. */
export function formatSummary(
  result: RunResult,
  paint: Paint = noPaint,
  columns = Number.POSITIVE_INFINITY,
): string {
  const totals = escapeControl(formatTotals(result));
  const colour = result.failures.length > 0 ? 'red' : result.interrupted ? 'yellow' : 'bold';
  const continuity = (result.continuity ?? []).flatMap(({ watched, impacts, blind }) => [
    formatContinuity(watched, impacts, paint),
    ...blind.map((failure) => formatWarning(failure, paint)),
  ]);
  return [
    formatHosts(result, paint, columns),
    ...continuity,
    formatLeft(result),
    formatFailures(result.failures, paint),
    paint(colour, totals),
  ]
    .filter((block) => block !== '')
    .join('\n\n');
}

/** More rows than this nobody reads: hosts that came to the same share one then. */
const MOST_ROWS = 20;

/** Cells that a table leaves for what time was spent on, where there are so many; else there is none. */
const LAST_COLUMN = 20;

/** A row per host under the names of the columns; columns that are empty for all are left out. */
function formatHosts({ hosts, mode }: RunResult, paint: Paint, columns: number): string {
  const counts = countsOf(hosts, mode);
  if (counts.length === 0) return '';
  // Of runs that were merged, hosts may have one name.
  const keyOf = (host: HostSummary): string | HostSummary =>
    hosts.length > MOST_ROWS ? counts.map(({ count }) => count(host)).join() : host;
  const rows = [...Map.groupBy(hosts, keyOf).values()].map((alike) => {
    const slowest = alike.reduce((one, other) => (other.elapsedMs > one.elapsedMs ? other : one));
    return {
      names: escapeControl(foldNames(alike.map(({ host }) => host))),
      cells: counts.map(({ count }) => String(count(slowest))),
      elapsed: `${alike.length > 1 ? 'up to ' : ''}${formatElapsed(slowest.elapsedMs)}`,
      spent: spentOn(slowest),
    };
  });
  const names = counts.map(({ name }) => name);
  const head = ['', ...names, 'elapsed'];
  const table = [head, ...rows.map((row) => [row.names, ...row.cells, row.elapsed])];
  const lines = alignRows(table, (column) => (column === 0 ? padEnd : padStart));
  if (widest(lines) + LAST_COLUMN > columns) return formatNarrow(names, rows);
  const isTold = rows.some(({ spent }) => spent !== '');
  const last = [isTold ? 'spent on' : '', ...rows.map(({ spent }) => spent)];
  return lines
    .map((line, index) => `${line}  ${last[index]}`.trimEnd())
    .map((line, index) => (index === 0 ? paint('dim', line) : line))
    .join('\n');
}

interface SummaryRow {
  readonly names: string;
  readonly cells: readonly string[];
  readonly elapsed: string;
  readonly spent: string;
}

/** The same where there is no room for a table. */
function formatNarrow(names: readonly string[], rows: readonly SummaryRow[]): string {
  const lines = rows.map(({ cells, elapsed, spent, ...row }) => {
    const counts = cells.flatMap((cell, at) => (cell === '0' ? [] : [`${cell} ${names[at]}`]));
    const time = spent === '' ? elapsed : `${elapsed}: ${spent}`;
    return `${row.names}  ${[...counts, time].join(', ')}`;
  });
  return lines.join('\n');
}

interface Count {
  readonly name: string;
  count(host: HostSummary): number;
}

function countsOf(hosts: readonly HostSummary[], mode: RunResult['mode']): readonly Count[] {
  const counts: readonly Count[] = [
    { name: 'ok', count: ({ ok }) => ok },
    { name: 'changed', count: ({ changed }) => changed },
    { name: 'failed', count: ({ failed }) => failed },
    { name: mode === 'dry-run' ? 'to change' : 'not done', count: ({ pending }) => pending },
    { name: 'unreachable', count: ({ unreachable }) => (unreachable ? 1 : 0) },
  ];
  return counts.filter(({ count }) => hosts.some((host) => count(host) > 0));
}

/** What took less of its time is not worth a word. */
const SMALL = 0.05;
const SMALL_MS = 50;

/** `gate 9.4 s, applying 3.1 s`: the longest first. */
function spentOn({ elapsedMs, spent = [] }: HostSummary): string {
  return spent
    .filter((part) => part.elapsedMs > Math.max(SMALL_MS, elapsedMs * SMALL))
    .toSorted((one, other) => other.elapsedMs - one.elapsedMs)
    .map((part) => `${part.on} ${formatElapsed(part.elapsedMs)}`)
    .join(', ');
}

/** Of a run that did not do all that it was to: which tasks were done where, and which were not. */
function formatLeft({ hosts, undone = [] }: RunResult): string {
  if (hosts.every(({ left = [] }) => left.length === 0)) return '';
  const rows = [
    ...namedRows('done', hosts, ({ done }) => done),
    ...namedRows('not done', hosts, ({ left }) => left),
    ...(undone.length > 0 ? [['undone', foldNames(undone)]] : []),
  ];
  return alignRows(rows.map((row) => row.map(escapeControl))).join('\n');
}

/** Hosts with the same tasks share a row; the word stands in the first one. */
function namedRows(
  word: string,
  hosts: readonly HostSummary[],
  tasksOf: (host: HostSummary) => readonly string[] | undefined,
): readonly (readonly string[])[] {
  const groups = Map.groupBy(hosts, (host) => (tasksOf(host) ?? []).join(', '));
  groups.delete('');
  return [...groups].map(([tasks, alike], index) => {
    const names = foldNames(alike.map(({ host }) => host));
    return [index === 0 ? word : '', names, tasks];
  });
}

/**
 * How what is watched in a ring fared: a row each with its longest gap, what was expected of it, what was
 * lost, and who held it. `impacts`: what was said before about the hosts that were changed.
 */
export function formatContinuity(
  watched: readonly Continuity[],
  impacts: readonly Impact[] = [],
  paint: Paint = noPaint,
): string {
  const rows = watched.map((one) => [
    one.name,
    gapOf(one),
    ...(impacts.length === 0 ? [] : [`expected ${expectedOf(one.name, impacts)}`]),
    `${one.lost} of ${one.samples} samples lost`,
    ownersOf(one),
  ]);
  return alignRows(rows)
    .map((line, index) => {
      const text = escapeControl(line);
      return (watched[index]?.mostHolders ?? 0) > 1 ? paint('red', text) : text;
    })
    .join('\n');
}

/** `0.45 s`, or `no gap`. */
function formatGap(ms: number): string {
  if (ms === 0) return 'no gap';
  return ms < 9950 ? `${(ms / 1000).toFixed(2)} s` : formatElapsed(ms);
}

function gapOf({ samples, longestGapMs }: Continuity): string {
  if (samples === 0) return 'not probed';
  return longestGapMs === 0 ? 'no gap' : `longest gap ${formatGap(longestGapMs)}`;
}

function expectedOf(name: string, impacts: readonly Impact[]): string {
  const ms = Math.max(0, ...impacts.map(({ moves, gapMs }) => (moves.includes(name) ? gapMs : 0)));
  return Number.isFinite(ms) ? formatGap(ms) : 'to go away';
}

/** `node1 → node3 (12.4 s) → node1`: how long, for those that neither began nor ended with it. */
function ownersOf({ owners, mostHolders }: Continuity): string {
  const names = owners.map(({ host, sinceMs }, index) => {
    const next = owners[index + 1];
    const name = host ?? 'nobody';
    if (index === 0 || next === undefined) return name;
    return `${name} (${formatElapsed(next.sinceMs - sinceMs)})`;
  });
  return `${names.join(' → ')}${mostHolders > 1 ? `, held by ${mostHolders} at once` : ''}`;
}
