import type { HostSummary, Mode, RunEvent } from '../run/events.ts';
import type { Colour } from './paint.ts';
import { countOf } from './words.ts';

export const INTERRUPTED = 'interrupted: nothing new is started, what is under way is finished';

/** `keepalived on 3 hosts, dry run`. */
export function formatRunTitle({
  playbook,
  hosts,
  mode,
}: Extract<RunEvent, { type: 'runStarted' }>): string {
  const kind = mode === 'apply' ? '' : mode === 'verify' ? ', verify' : ', dry run';
  return `${playbook} on ${countOf(hosts.length, 'host')}${kind}`;
}

export interface HostWords {
  /** What the host came to, in one word or two. */
  readonly word: 'ok' | 'changed' | 'would change' | 'failed' | 'unreachable' | 'not done';
  readonly colour: Colour;
  /** `3 of 12 tasks`, or nothing where there is nothing to count. */
  readonly counts: string;
}

/** What a host came to. */
export function describeCounts(summary: HostSummary, mode: Mode): HostWords {
  const { ok, changed, failed, pending } = summary;
  const tasks = ok + changed + failed + pending;
  const of = (count: number) => (tasks === 0 ? '' : `${count} of ${countOf(tasks, 'task')}`);
  if (summary.unreachable) return { word: 'unreachable', colour: 'red', counts: '' };
  if (failed > 0) return { word: 'failed', colour: 'red', counts: of(failed) };
  if (pending > 0 && mode === 'dry-run')
    return { word: 'would change', colour: 'yellow', counts: of(pending) };
  if (pending > 0) return { word: 'not done', colour: 'yellow', counts: of(pending) };
  if (changed > 0) return { word: 'changed', colour: 'yellow', counts: of(changed) };
  return { word: 'ok', colour: 'green', counts: tasks === 0 ? '' : countOf(tasks, 'task') };
}
