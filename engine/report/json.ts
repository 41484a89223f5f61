import { titleOf } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import { holdsSecret, redact } from '#engine/model/redaction.ts';
import { Secret } from '#engine/model/secret.ts';
import { Digest, type FieldChange, isLarge, Pending, type Scalar } from '#engine/model/state.ts';
import type { RunEvent } from '../run/events.ts';
import { escapeJson } from './escape.ts';
import type { Report, WriteOut } from './report.ts';

/** Of the lines of events: raised when a program that reads them would have to change. */
export const EVENTS_FORMAT = 1;

/** What the first line of a run says beside its event. */
export interface RunHeader {
  /** The version of rota. */
  readonly rota: string;
  /** `ada@desk`. */
  readonly owner: string;
  /** The files and folders of the inventory, as they were named. */
  readonly inventory: readonly string[];
  /** Which slice of its hosts was run, `1/5`; left out: all that --limit left. */
  readonly slice?: string | undefined;
}

/** Each event as a line of JSON as it comes; docs/events.md explains them. */
export function jsonReport(
  write: WriteOut,
  header: RunHeader,
  now: () => Date = () => new Date(),
): Report {
  return {
    onEvent: (event) => {
      write(eventLine(event, header, now()));
    },
    suspend: (work) => work(),
    end: async () => {},
  };
}

/** An event as a line of JSON, with its time; durations are whole milliseconds. */
export function eventLine(event: RunEvent, header: RunHeader, time: Date): string {
  const first = event.type === 'runStarted' ? { format_version: EVENTS_FORMAT, ...header } : {};
  return `${toJson({ ...first, time: time.toISOString(), ...forReaders(event) })}\n`;
}

/**
 * Such a line without the secrets that are known. By value, since one that reads as a name of the format
 * does must not make it another format; and since colours, which may stand within one, are escaped in it.
 */
export function withoutSecrets(line: string): string {
  if (!holdsSecret(line) && !/\\u00[19]b/.test(line)) return line;
  const data: unknown = JSON.parse(line, (key, value) =>
    typeof value === 'string' && !OF_FORMAT.has(key) ? redact(value) : value,
  );
  return `${toJson(data)}\n`;
}

/** What rota alone says there. */
const OF_FORMAT: ReadonlySet<string> = new Set(['type', 'mode', 'kind', 'time']);

/** Of a plan what people read: no scripts, and what is large by its size and hash. */
function forReaders(event: RunEvent): object {
  if (event.type !== 'hostPlanned') return event;
  const stages = event.stages.map((stage) =>
    stage.map(({ commands, fields, ...task }) => ({
      ...task,
      fields: fields.map(readable),
      commands: commands.map(titleOf),
    })),
  );
  return { ...event, stages };
}

function readable({ name, before, after }: FieldChange): FieldChange {
  return {
    name,
    before: before === undefined ? undefined : sideToRead(before),
    after: sideToRead(after),
  };
}

function sideToRead(side: Scalar): Scalar {
  return typeof side === 'string' && isLarge(side) ? Digest.of(side) : side;
}

/** As one line that steers no terminal, whatever hosts have said in it. */
export function toJson(data: unknown): string {
  return escapeJson(JSON.stringify(data, plainData));
}

/** For JSON.stringify: failures and changes as plain data. A Secret says dots by its own toJSON. */
function plainData(key: string, value: unknown): unknown {
  if (typeof value === 'number') return key.endsWith('Ms') ? Math.round(value) : value;
  if (value instanceof Pending) return { pending: value.preview, reason: value.reason };
  if (isFieldChange(value)) return withoutSecret(value);
  if (!(value instanceof Failure)) return value;
  const { message: what, where, ran, output, fix, kind } = value;
  return { what, where, ran, output, fix, kind };
}

function isFieldChange(value: unknown): value is FieldChange {
  return value !== null && typeof value === 'object' && 'name' in value && 'after' in value;
}

/** What is on the host is the secret of yesterday, and comes as plain text. */
function withoutSecret(field: FieldChange): FieldChange {
  const { before, after } = field;
  const secret = [before, after].find((side) => side instanceof Secret);
  if (secret === undefined) return field;
  return { ...field, before: before === undefined ? undefined : secret, after: secret };
}
