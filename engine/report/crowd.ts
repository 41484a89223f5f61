import type { HostProgress } from './host-progress.ts';
import type { Progress } from './progress.ts';
import { type Standing, standingOf } from './standing.ts';
import { countOf } from './words.ts';

/** Room for the counts themselves. */
const COUNT_LINES = 4;

/** The hosts that are worth a row of their own when there is no room for all, and the rest as counts. */
export function crowd(
  progress: Progress,
  room: number,
): { readonly shown: readonly HostProgress[]; readonly counts: readonly string[] } {
  const hosts = [...progress.hosts.values()].map((host) => ({
    host,
    standing: watchedStandingOf(host, progress),
    lines: 1 + progress.openChecksOf(host.name).length,
  }));
  const ofKind = (kind: Standing['kind']) => hosts.filter(({ standing }) => standing.kind === kind);
  const rows = Math.max(1, room - COUNT_LINES);
  const failed = thatFit(ofKind('failed'), Math.ceil(rows / 2));
  const left = rows - failed.reduce((sum, { lines }) => sum + lines, 0);
  const working = thatFit(ofKind('working'), left);
  const chosen = new Set([...failed, ...working]);
  return {
    shown: hosts.filter((entry) => chosen.has(entry)).map(({ host }) => host),
    counts: countsOf(hosts.filter((entry) => !chosen.has(entry)).map(({ standing }) => standing)),
  };
}

function thatFit<R extends { readonly lines: number }>(
  rows: readonly R[],
  room: number,
): readonly R[] {
  let left = room;
  return rows.filter(({ lines }) => {
    left -= lines;
    return left >= 0;
  });
}

/** A host whose gate is not passed is still at work. */
function watchedStandingOf(host: HostProgress, progress: Progress): Standing {
  const standing = standingOf(host, progress);
  const checks = progress.openChecksOf(host.name);
  if (standing.kind === 'failed' || checks.some(({ state }) => state === 'failed')) {
    return { kind: 'failed' };
  }
  return checks.some(({ state }) => state === 'waiting') ? { kind: 'working' } : standing;
}

function countsOf(standings: readonly Standing[]): readonly string[] {
  const count = (kind: Standing['kind']) => standings.filter((one) => one.kind === kind).length;
  const [failed, working, waiting] = [count('failed'), count('working'), count('waiting')];
  const outcomes = standings.flatMap((one) => (one.kind === 'done' ? [one.outcome] : []));
  return [
    ...(failed > 0 ? [`✖ ${countOf(failed, 'more host')} failed`] : []),
    ...(working > 0 ? [`… ${countOf(working, 'more host')} at work`] : []),
    ...(waiting > 0 ? [`· ${countOf(waiting, 'host')} waiting`] : []),
    ...(outcomes.length > 0 ? [doneLine(outcomes)] : []),
  ];
}

function doneLine(outcomes: readonly string[]): string {
  const counts = [...Map.groupBy(outcomes, (outcome) => outcome)]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([outcome, { length }]) => `${length} ${outcome}`);
  return `✔ ${countOf(outcomes.length, 'host')} done: ${counts.join(', ')}`;
}
