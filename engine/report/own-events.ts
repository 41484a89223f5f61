import { Failure, type FailureDetails } from '#engine/model/failure.ts';
import { DOTS, Secret } from '#engine/model/secret.ts';
import { Digest, Pending, type Scalar } from '#engine/model/state.ts';
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

type JsonPart = string | number | boolean | null | Parts;

/** Of what is no plain data. */
interface Parts extends FailureDetails, Partial<Digest> {
  readonly what?: string;
  readonly pending?: string;
  readonly reason?: string;
}

/** For JSON.parse: what is no plain data, by the fields that it stands in. */
function revived(key: string, value: JsonPart): unknown {
  switch (key) {
    case 'commands':
      return [];
    case 'failure':
      return failureOf(value);
    case 'failures':
    case 'blind':
      return Array.isArray(value) ? value.map(failureOf) : value;
    case 'before':
    case 'after':
      return sideOf(value);
    default:
      // JSON has no number for what has no end.
      return value === null && key.endsWith('Ms') ? Number.POSITIVE_INFINITY : value;
  }
}

/** Findings may have fields of the same name, with what a playbook likes. */
function failureOf(plain: JsonPart): JsonPart {
  const what = partsOf(plain).what;
  return what === undefined ? plain : new Failure(what, partsOf(plain));
}

function sideOf(plain: JsonPart): JsonPart | Scalar {
  if (plain === DOTS) return new Secret(DOTS);
  const { bytes, sha256, pending, reason } = partsOf(plain);
  if (bytes !== undefined && sha256 !== undefined) return new Digest(bytes, sha256);
  if (pending !== undefined && reason !== undefined) return new Pending(pending, reason);
  return plain;
}

function partsOf(plain: JsonPart): Parts {
  return typeof plain === 'object' && plain !== null ? plain : {};
}
