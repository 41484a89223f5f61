import { Failure, type FailureDetails } from '#engine/model/failure.ts';
import { DOTS, Secret } from '#engine/model/secret.ts';
import { Digest, Pending } from '#engine/model/state.ts';
import type { RunHeader } from './json.ts';
import type { RecordedRun, TimedEvent } from './read-events.ts';

type FirstLine = { readonly format_version: number } & RunHeader &
  Extract<TimedEvent, { type: 'runStarted' }>;

/**
 * The run whose lines this process has written itself: as `readEvents` reads it, but for the time that it
 * takes to see that they are such lines.
 */
export function ownEvents([first = '', ...others]: readonly string[]): RecordedRun {
  const parsed: FirstLine = JSON.parse(first);
  const { format_version: _, inventory, owner, rota, slice, ...started } = parsed;
  const { runId, playbook } = started;
  const header = { inventory, owner, rota, slice };
  return { header, runId, playbook, events: [started, ...others.map(eventOf)] };
}

/** One without an object in it says what it means. */
function eventOf(line: string): TimedEvent {
  return JSON.parse(line, line.includes('{', 1) ? revived : undefined);
}

/** Of what is no plain data: their names tell them apart, since neither hosts nor users give any. */
type Parts = FailureDetails &
  Partial<Digest> & { readonly what?: string; readonly pending?: string; readonly reason?: string };

/** For JSON.parse: what the parts of an event were. */
function revived(key: string, value: string | number | boolean | null | Parts): unknown {
  // JSON has no number for what has no end.
  if (value === null) return Number.POSITIVE_INFINITY;
  if (key === 'commands') return [];
  if (typeof value === 'object') return objectOf(value);
  return value === DOTS && (key === 'before' || key === 'after') ? new Secret(DOTS) : value;
}

function objectOf(parts: Parts): object {
  const { what, kind, bytes, sha256, pending, reason } = parts;
  if (what !== undefined && kind !== undefined) return new Failure(what, parts);
  if (bytes !== undefined && sha256 !== undefined) return new Digest(bytes, sha256);
  if (pending !== undefined && reason !== undefined) return new Pending(pending, reason);
  return parts;
}
