import type { HostProgress } from './host-progress.ts';
import type { CheckProgress, Progress } from './progress.ts';
import {
  checkDetails,
  checkHead,
  type FrameOptions,
  type FrameRow,
  hostHead,
  indent,
  type Look,
  lookOf,
  MARKS,
  oneLine,
  runRow,
} from './progress-rows.ts';
import { COLOURS, type Outcome, standingOf } from './standing.ts';
import { listOf } from './words.ts';

/**
 * What stays on the terminal when the run is over: what changed, what failed, what was checked. When
 * that is more than a screen, the hosts on which nothing failed are named in a line per outcome.
 */
export function finalFrame(progress: Progress, options: FrameOptions): readonly FrameRow[] {
  const look = lookOf(progress, options);
  const hosts = [...progress.hosts.values()];
  const all = framed(hosts.filter((host) => hasNews(host, progress)));
  const isLong = all.flatMap(({ lines }) => lines).length > options.height;
  return isLong ? framed(hosts.filter((host) => hasFailed(host, progress))) : all;

  function framed(told: readonly HostProgress[]): readonly FrameRow[] {
    const others = hosts.filter((host) => !told.includes(host));
    return [
      runRow(progress, look, progress.interrupted ? 'interrupted' : undefined),
      ...told.map((host) => ({ host: host.name, lines: hostLines(host, progress, look) })),
      ...namedTogether(others, progress, look),
      ...progress.checksOf(undefined).map((check) => ({ lines: checkLines(check, look) })),
    ];
  }
}

function hasFailed(host: HostProgress, progress: Progress): boolean {
  const checks = progress.checksOf(host.name);
  return outcomeOf(host, progress) === undefined || checks.some(({ state }) => state !== 'passed');
}

function hasNews(host: HostProgress, progress: Progress): boolean {
  const outcome = outcomeOf(host, progress);
  const isQuiet = outcome === 'ok' || outcome === 'answered';
  return !isQuiet || progress.checksOf(host.name).length > 0;
}

function outcomeOf(host: HostProgress, progress: Progress): Outcome | undefined {
  const standing = standingOf(host, progress);
  return standing.kind === 'done' ? standing.outcome : undefined;
}

function hostLines(host: HostProgress, progress: Progress, look: Look): readonly string[] {
  const checks = progress.checksOf(host.name).flatMap((check) => checkLines(check, look));
  const changed = host.changed.map(oneLine);
  return [hostHead(host, progress, look), ...[...changed, ...checks].map(indent)];
}

function checkLines(check: CheckProgress, look: Look): readonly string[] {
  // A failure is told in full after this, with what it printed.
  const most = check.failure?.output === undefined ? Number.POSITIVE_INFINITY : 0;
  return [checkHead(check, look), ...checkDetails(check, most).map(indent)];
}

function namedTogether(
  hosts: readonly HostProgress[],
  progress: Progress,
  { paint }: Look,
): readonly FrameRow[] {
  const byOutcome = Map.groupBy(hosts, (host) => outcomeOf(host, progress) ?? 'not done');
  return [...byOutcome].map(([outcome, some]) => {
    const mark = paint(COLOURS[outcome], MARKS[outcome]);
    return { lines: [`${mark} ${listOf(some.map(({ name }) => oneLine(name)))}  ${outcome}`] };
  });
}
