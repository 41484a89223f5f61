import type { Continuity, Impact } from '#engine/model/rollout.ts';
import type { HostSummary, RunResult } from '../run/events.ts';
import { escapeControl } from './escape.ts';
import { formatFailures, formatWarning } from './failure.ts';
import { noPaint, type Paint } from './paint.ts';
import { formatTotals } from './totals.ts';
import { alignRows, formatElapsed, padEnd, padStart } from './words.ts';

/** How the run came out: a row per host, each failure once, and the whole in a sentence. */
export function formatSummary(result: RunResult, paint: Paint = noPaint): string {
  const totals = escapeControl(formatTotals(result));
  const colour = result.failures.length > 0 ? 'red' : result.interrupted ? 'yellow' : 'bold';
  const continuity = (result.continuity ?? []).flatMap(({ watched, impacts, blind }) => [
    formatContinuity(watched, impacts, paint),
    ...blind.map((failure) => formatWarning(failure, paint)),
  ]);
  return [
    formatHosts(result, paint),
    ...continuity,
    formatFailures(result.failures, paint),
    paint(colour, totals),
  ]
    .filter((block) => block !== '')
    .join('\n\n');
}

/** A row per host under the names of the columns; columns that are zero for all are left out. */
function formatHosts(result: RunResult, paint: Paint = noPaint): string {
  const columns = columnsOf(result);
  if (columns.length === 0) return '';
  const rows = result.hosts.map((host) => [
    escapeControl(host.host),
    ...columns.map(({ cell }) => cell(host)),
  ]);
  const head = ['', ...columns.map(({ name }) => name)];
  return alignRows([head, ...rows], (column) => (column === 0 ? padEnd : padStart))
    .map((line, index) => (index === 0 ? paint('dim', line) : line))
    .join('\n');
}

interface Column {
  readonly name: string;
  cell(host: HostSummary): string;
}

function columnsOf({ hosts, mode }: RunResult): readonly Column[] {
  const pendingName = mode === 'dry-run' ? 'would change' : 'not done';
  const counts = [
    countColumn(hosts, 'ok', ({ ok }) => ok),
    countColumn(hosts, 'changed', ({ changed }) => changed),
    countColumn(hosts, 'failed', ({ failed }) => failed),
    countColumn(hosts, pendingName, ({ pending }) => pending),
    countColumn(hosts, 'unreachable', ({ unreachable }) => (unreachable ? 1 : 0)),
  ].filter((column) => column !== undefined);
  return counts.length === 0 ? [] : [...counts, ELAPSED];
}

const ELAPSED: Column = { name: 'elapsed', cell: ({ elapsedMs }) => formatElapsed(elapsedMs) };

function countColumn(
  hosts: readonly HostSummary[],
  name: string,
  count: (host: HostSummary) => number,
): Column | undefined {
  if (hosts.every((host) => count(host) === 0)) return undefined;
  return { name, cell: (host) => String(count(host)) };
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
