import type { Impact } from '#engine/model/rollout.ts';
import type { Continuity } from '#engine/model/watch.ts';
import { escapeControl } from './escape.ts';
import { noPaint, type Paint } from './paint.ts';
import { alignRows, formatElapsed } from './words.ts';

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
