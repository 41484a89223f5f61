import { Failure } from '#engine/model/failure.ts';
import { Secret } from '#engine/model/secret.ts';
import { type FieldChange, Pending } from '#engine/model/state.ts';
import { escapeJson } from './escape.ts';
import type { Report, WriteOut } from './report.ts';

/** One JSON object per event and line, with the time at which it came. */
export function jsonReport(write: WriteOut, now: () => Date = () => new Date()): Report {
  return {
    onEvent: (event) => {
      write(`${toJson({ time: now().toISOString(), ...event })}\n`);
    },
    suspend: (work) => work(),
    end: async () => {},
  };
}

/** As one line that steers no terminal, whatever hosts have said in it. */
export function toJson(data: unknown): string {
  return escapeJson(JSON.stringify(data, plainData));
}

/** For JSON.stringify: failures and changes as plain data. A Secret says dots by its own toJSON. */
function plainData(_key: string, value: unknown): unknown {
  if (value instanceof Pending) return { pending: value.reason };
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
