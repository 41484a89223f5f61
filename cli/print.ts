import type { Failure } from '#engine/model/failure.ts';
import { formatFailures, formatWarning } from '#engine/report/failure.ts';
import { paintFor } from '#engine/report/paint.ts';

export function printWarnings(warnings: readonly Failure[]): void {
  for (const warning of warnings)
    process.stderr.write(`${formatWarning(warning, paintFor(process.stderr))}\n`);
}

export function printFailures(failures: readonly Failure[]): void {
  process.stderr.write(`${formatFailures(failures, paintFor(process.stderr))}\n`);
}

/** A block of the output; nothing for one that is empty. */
export function print(text: string): void {
  if (text !== '') process.stdout.write(`${text.trimEnd()}\n`);
}

/** What a wait is for that has become long. */
export function printWait(what: string): void {
  process.stderr.write(`${what}…\n`);
}
