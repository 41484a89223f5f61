import type { Failure } from '#engine/model/failure.ts';
import { redact } from '#engine/model/redaction.ts';
import { formatFailures, formatWarning } from '#engine/report/failure.ts';
import { paintFor } from '#engine/report/paint.ts';
import { wrapText } from '#engine/report/words.ts';

export function printWarnings(warnings: readonly Failure[]): void {
  const { stderr } = process;
  for (const warning of warnings)
    stderr.write(`${fitTo(stderr, formatWarning(warning, paintFor(stderr)))}\n`);
}

export function printFailures(failures: readonly Failure[]): void {
  const { stderr } = process;
  stderr.write(`${fitTo(stderr, formatFailures(failures, paintFor(stderr)))}\n`);
}

/** A terminal would break lines within words; half of a secret would not be known for one. */
export function fitTo(stream: NodeJS.WriteStream, text: string): string {
  return stream.isTTY ? wrapText(redact(text), stream.columns || 80) : text;
}

/** A block of the output; nothing for one that is empty. */
export function print(text: string): void {
  if (text !== '') process.stdout.write(`${text.trimEnd()}\n`);
}

/** Data as a line of JSON that steers no terminal. */
export async function printJson(data: unknown): Promise<void> {
  const { toJson } = await import('#engine/report/json.ts');
  print(toJson(data));
}

/** What a wait is for that has become long. */
export function printWait(what: string): void {
  process.stderr.write(`${what}…\n`);
}
