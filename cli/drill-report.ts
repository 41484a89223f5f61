import { escapeControl } from '#engine/report/escape.ts';
import { paintFor } from '#engine/report/paint.ts';
import { plainReport } from '#engine/report/plain.ts';
import type { Emit } from '#engine/run/events.ts';

/** What happens in a drill, as lines: it is the order of things that matters, and their times. */
export function drillReport(): {
  readonly emit: Emit;
  say(host: string, text: string): void;
} {
  const write = (text: string) => process.stdout.write(text);
  const report = plainReport(write, paintFor(process.stdout));
  return {
    // That hosts are connected and asked is no news; a failure of theirs is thrown.
    emit: (event) => {
      if (event.type.startsWith('check') || event.type === 'hostSettling') report.onEvent(event);
    },
    say: (host, text) => write(`${escapeControl(`${host}  ${text}`)}\n`),
  };
}
