import type { HostProgress, Progress } from './progress.ts';
import { describeCounts } from './run-words.ts';
import { countOf } from './words.ts';

/** Room for the counts themselves. */
const COUNT_LINES = 4;

/** The hosts that are worth a row of their own when there is no room for all, and the rest as counts. */
export function crowd(
  progress: Progress,
  room: number,
): { readonly shown: readonly HostProgress[]; readonly counts: readonly string[] } {
  const hosts = [...progress.hosts.values()];
  const rows = Math.max(1, room - COUNT_LINES);
  const failed = hosts.filter(isFailed).slice(0, Math.ceil(rows / 2));
  const atWork = hosts.filter((host) => isAtWork(host, progress)).slice(0, rows - failed.length);
  const chosen = new Set([...failed, ...atWork]);
  const rest = hosts.filter((host) => !chosen.has(host));
  return { shown: hosts.filter((host) => chosen.has(host)), counts: countsOf(rest, progress) };
}

function countsOf(hosts: readonly HostProgress[], progress: Progress): readonly string[] {
  const failed = hosts.filter(isFailed).length;
  const atWork = hosts.filter((host) => isAtWork(host, progress)).length;
  const finished = hosts.filter((host) => !isFailed(host) && host.phase === 'finished');
  const waiting = hosts.length - failed - atWork - finished.length;
  return [
    ...(failed > 0 ? [`✖ ${countOf(failed, 'more host')} failed`] : []),
    ...(atWork > 0 ? [`… ${countOf(atWork, 'more host')} at work`] : []),
    ...(waiting > 0 ? [`· ${countOf(waiting, 'host')} waiting`] : []),
    ...(finished.length > 0 ? [finishedLine(finished, progress)] : []),
  ];
}

function finishedLine(hosts: readonly HostProgress[], { mode }: Progress): string {
  const words = hosts.flatMap(({ summary }) =>
    summary ? [describeCounts(summary, mode).word] : [],
  );
  const counts = [...new Set(words)]
    .sort()
    .map((word) => `${words.filter((other) => other === word).length} ${word}`);
  return `✔ ${countOf(hosts.length, 'host')} done: ${counts.join(', ')}`;
}

function isFailed({ failed }: HostProgress): boolean {
  return failed !== undefined;
}

function isAtWork(host: HostProgress, { checks }: Progress): boolean {
  if (isFailed(host)) return false;
  const gated = [...checks.values()].some(
    (check) => check.host === host.name && check.state === 'waiting',
  );
  return gated || !['waiting', 'queued', 'finished'].includes(host.phase);
}
