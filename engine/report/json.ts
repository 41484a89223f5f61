import { Failure } from '#engine/model/failure.ts';
import { Pending } from '#engine/model/state.ts';
import { escapeJson } from './escape.ts';
import type { Report, WriteOut } from './report.ts';

/** One JSON object per event and line, with the time at which it came. */
export function jsonReport(write: WriteOut, now: () => Date = () => new Date()): Report {
  return {
    onEvent: (event) => {
      const line = JSON.stringify({ time: now().toISOString(), ...event }, plainData);
      write(`${escapeJson(line)}\n`);
    },
    end: async () => {},
  };
}

/** A Secret says dots by its own toJSON. */
function plainData(_key: string, value: unknown): unknown {
  if (value instanceof Pending) return { pending: value.reason };
  if (!(value instanceof Failure)) return value;
  const { message: what, where, ran, output, fix, kind } = value;
  return { what, where, ran, output, fix, kind };
}
