import type { HostSummary } from '../run/events.ts';
import type { HostProgress } from './host-progress.ts';
import type { Colour } from './paint.ts';
import type { Progress } from './progress.ts';
import { countOf } from './words.ts';

/** What a host came to, in a word or two. */
export type Outcome = 'ok' | 'answered' | 'changed' | 'would change' | 'not done';

/** Where a host stands. Its summary only comes at the end of the run, so until then its tasks tell. */
export type Standing =
  | { readonly kind: 'waiting' | 'working' | 'failed' }
  | { readonly kind: 'done'; readonly outcome: Outcome; readonly counts: string };

export function standingOf(host: HostProgress, progress: Progress): Standing {
  if (host.phase === 'undoing' && host.summary === undefined) return { kind: 'working' };
  if (host.failed !== undefined) return { kind: 'failed' };
  if (host.summary !== undefined) return done(host.summary, progress);
  switch (host.phase) {
    case 'connecting':
    case 'reading':
    case 'settling':
      return { kind: 'working' };
    case 'waiting':
      return { kind: 'waiting' };
    case 'answered':
      return done(NOTHING, progress);
    default:
      return standingOfPlanned(host, progress);
  }
}

export const COLOURS: Readonly<Record<Outcome, Colour>> = {
  ok: 'green',
  answered: 'green',
  changed: 'green',
  'would change': 'yellow',
  'not done': 'yellow',
};

const NOTHING = { ok: 0, changed: 0, failed: 0, pending: 0 };

function standingOfPlanned(host: HostProgress, progress: Progress): Standing {
  const { tasks, changed, toChange, running, phase } = host;
  const ok = Math.max(0, tasks - toChange.size - changed.length);
  const counts = { ok, changed: changed.length, failed: 0 };
  if (progress.mode === 'dry-run') return done({ ...counts, pending: toChange.size }, progress);
  if (toChange.size === 0 && running === undefined)
    return done({ ...counts, pending: 0 }, progress);
  return { kind: phase === 'working' ? 'working' : 'waiting' };
}

type Counts = Pick<HostSummary, 'ok' | 'changed' | 'failed' | 'pending'>;

function done({ ok, changed, failed, pending }: Counts, { mode }: Progress): Standing {
  const tasks = ok + changed + failed + pending;
  const of = (count: number) => `${count} of ${countOf(tasks, 'task')}`;
  if (failed > 0) return { kind: 'failed' };
  if (pending > 0) {
    const outcome = mode === 'dry-run' ? 'would change' : 'not done';
    return { kind: 'done', outcome, counts: of(pending) };
  }
  if (changed > 0) return { kind: 'done', outcome: 'changed', counts: of(changed) };
  if (tasks === 0) return { kind: 'done', outcome: 'answered', counts: '' };
  return { kind: 'done', outcome: 'ok', counts: countOf(tasks, 'task') };
}
