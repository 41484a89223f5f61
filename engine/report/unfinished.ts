import { listOf } from '#engine/model/suggest.ts';
import type { TimedEvent } from './read-events.ts';
import { formatElapsed } from './words.ts';

/** A task or a check that had begun when the events of a run ended; `ran`: nobody has seen what came of it. */
export interface Unfinished {
  readonly what: string;
  readonly host?: string;
  readonly state: 'under way' | 'ran';
}

/** What had begun at the end of the events, in the order of its beginnings. */
export function unfinishedIn(events: readonly TimedEvent[]): readonly Unfinished[] {
  const open = new Map<string, Unfinished>();
  for (const event of events) {
    if ('task' in event) follow(open, event, event.task);
    else if ('check' in event) follow(open, event, event.check);
    else if (event.type === 'undoStarted') open.set(event.host, undoOf(event.host));
    else if (event.type === 'undone')
      for (const [key, { host }] of open) if (host === event.host) open.delete(key);
  }
  return [...open.values()];
}

function undoOf(host: string): Unfinished {
  return { what: 'the undo', host, state: 'under way' };
}

function follow(
  open: Map<string, Unfinished>,
  { type, host }: TimedEvent & { readonly host?: string },
  what: string,
): void {
  const key = JSON.stringify([host, what]);
  const one = host === undefined ? { what } : { what, host };
  if (type === 'taskStarted' || type === 'checkWaiting')
    open.set(key, { ...one, state: 'under way' });
  else if (type === 'taskApplied') open.set(key, { ...one, state: 'ran' });
  else if (type !== 'taskOutput') open.delete(key);
}

/** Of a run whose events have no end. Nothing in them tells whether it died, or still runs. */
export function noEndText(elapsedMs: number, unfinished: readonly Unfinished[]): string {
  const end = `No end yet: it still runs, or died after ${formatElapsed(elapsedMs)}`;
  const under = unfinished.filter(({ state }) => state === 'under way').map(nameOf);
  return under.length === 0 ? end : `${end}. Under way: ${listOf(under)}`;
}

function nameOf({ what, host }: Unfinished): string {
  return host === undefined ? what : `${what} on ${host}`;
}
