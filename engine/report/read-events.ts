import { Failure } from '#engine/model/failure.ts';
import type { RunEvent } from '../run/events.ts';
import { EVENTS_FORMAT, type RunHeader } from './json.ts';
import { EventLine, FirstLine, KINDS } from './recorded.ts';

/** An event with the time at which it came, ISO 8601. */
export type TimedEvent = RunEvent & { readonly time: string };

/** A run as its events tell it. The first of them is `runStarted`. */
export interface RecordedRun {
  readonly header: RunHeader;
  readonly runId: string;
  readonly playbook: string;
  readonly events: readonly TimedEvent[];
}

/**
 * Reads the lines of a run. One that was killed has no `runFinished`, and may have died in a line, which
 * is left out. Throws a Failure for what is no such file, or another format's.
 */
export function readEvents(text: string, path: string): RecordedRun {
  const lines = text.split('\n').slice(0, -1);
  const [first, ...others] = lines.map((line, index) => dataOf(line, `${path}:${index + 1}`));
  const {
    format_version: _,
    inventory,
    owner,
    rota,
    slice,
    ...started
  } = parse(FirstLine, first, `${path}:1`);
  const events = others.flatMap((data, index) =>
    isNewer(data) ? [] : [parse(EventLine, data, `${path}:${index + 2}`)],
  );
  const { runId, playbook } = started;
  return {
    header: { inventory, owner, rota, slice },
    runId,
    playbook,
    events: [started, ...events],
  };
}

function isNewer(data: unknown): boolean {
  const type = typeof data === 'object' && data !== null && 'type' in data ? data.type : undefined;
  return typeof type === 'string' && !KINDS.has(type);
}

function dataOf(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw noEvents(where);
  }
}

interface EventSchema<T> {
  safeParse(data: unknown): { readonly success: boolean; readonly data?: T | undefined };
}

function parse<T>(schema: EventSchema<T>, data: unknown, where: string): T {
  const parsed = schema.safeParse(data);
  if (parsed.data !== undefined) return parsed.data;
  throw otherFormat(data, where) ?? noEvents(where);
}

function otherFormat(data: unknown, where: string): Failure | undefined {
  if (typeof data !== 'object' || data === null || !('format_version' in data)) return undefined;
  const { format_version: format } = data;
  if (format === EVENTS_FORMAT) return undefined;
  return new Failure('The run was recorded in a format that this rota does not know', {
    where,
    ran: `format ${JSON.stringify(format)}, not ${EVENTS_FORMAT}`,
    fix: 'Read it with the rota that recorded it.',
  });
}

function noEvents(where: string): Failure {
  return new Failure('The line is no event of a run', {
    where,
    fix: 'Name the folder of a run, as it was written: rota runs lists them.',
  });
}
