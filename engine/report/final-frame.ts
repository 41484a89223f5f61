import type { CheckProgress, HostProgress, Progress } from './progress.ts';
import {
  checkDetails,
  checkHead,
  type FrameOptions,
  type FrameRow,
  hostHead,
  indent,
  type Look,
  lookOf,
  oneLine,
  runRow,
} from './progress-rows.ts';
import { describeCounts } from './run-words.ts';
import { listOf } from './words.ts';

/**
 * What stays on the terminal when the run is over: what changed, what failed, what was checked. When
 * that is more than a screen, the hosts that came out well are named in a line per outcome.
 */
export function finalFrame(progress: Progress, options: FrameOptions): readonly FrameRow[] {
  const look = lookOf(progress, options);
  const hosts = [...progress.hosts.values()];
  const eventful = hosts.filter((host) => !isWell(host, progress) || isEventful(host, progress));
  const all = framed(eventful);
  const isLong = all.flatMap(({ lines }) => lines).length > options.height;
  return isLong ? framed(hosts.filter((host) => !isWell(host, progress))) : all;

  function framed(told: readonly HostProgress[]): readonly FrameRow[] {
    const others = hosts.filter((host) => !told.includes(host));
    return [
      runRow(progress, look),
      ...told.map((host) => ({ host: host.name, lines: hostLines(host, progress, look) })),
      ...namedTogether(others, progress, look),
      ...progress.checksOf(undefined).map((check) => ({ lines: checkLines(check, look) })),
    ];
  }
}

/** Nothing failed on it, and nothing was left undone. */
function isWell(host: HostProgress, progress: Progress): boolean {
  const failedCheck = progress.checksOf(host.name).some(({ state }) => state !== 'passed');
  if (host.failed !== undefined || host.summary === undefined || failedCheck) return false;
  return ['ok', 'changed', 'would change'].includes(outcomeOf(host, progress));
}

function isEventful(host: HostProgress, progress: Progress): boolean {
  return outcomeOf(host, progress) !== 'ok' || progress.checksOf(host.name).length > 0;
}

function outcomeOf({ summary }: HostProgress, { mode }: Progress): string {
  return summary === undefined ? '' : describeCounts(summary, mode).word;
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
  const byOutcome = Map.groupBy(hosts, (host) => outcomeOf(host, progress));
  return [...byOutcome].map(([outcome, some]) => {
    const mark = outcome === 'would change' ? paint('yellow', '~') : paint('green', '✔');
    return { lines: [`${mark} ${listOf(some.map(({ name }) => oneLine(name)))}  ${outcome}`] };
  });
}
