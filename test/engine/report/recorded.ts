import { eventLine } from '#engine/report/json.ts';
import { outcomesOf, type RunOutcomes } from '#engine/report/outcome.ts';
import { readEvents } from '#engine/report/read-events.ts';
import type { RunEvent } from '#engine/run/events.ts';

export const HEADER = { rota: '0.1.0', owner: 'ada@desk', inventory: ['inventory/prod.yaml'] };

/** The lines of a run, a second from each to the next. */
export function linesOf(events: readonly RunEvent[]): string {
  return linesAt(events.map((event, index) => [1000 * index, event]));
}

/** The lines of a run, each so many milliseconds after its start. */
export function linesAt(events: readonly (readonly [atMs: number, event: RunEvent])[]): string {
  const start = Date.parse('2026-11-24T10:00:00.123Z');
  return events.map(([atMs, event]) => eventLine(event, HEADER, new Date(start + atMs))).join('');
}

/** What is read back of a run. */
export function recorded(events: readonly RunEvent[]): RunOutcomes {
  return recordedIn(linesOf(events));
}

/** What is read of lines. */
export function recordedIn(lines: string): RunOutcomes {
  return outcomesOf(readEvents(lines, 'events.ndjson'));
}
