import { type Finding, findingText } from '#engine/model/check.ts';
import type { Failure } from '#engine/model/failure.ts';
import { redact } from '#engine/model/redaction.ts';
import { escapeControl, escapeLines } from './escape.ts';
import { noPaint, type Paint } from './paint.ts';

const OUTPUT_LINES = 20;
const LINE_LENGTH = 400;

/** What, where, what ran and printed, and the fix: one block, without a line end at its end. */
export function formatFailure(failure: Failure, paint: Paint = noPaint): string {
  return [paint('red', `✖ ${headOf(failure)}`), ...details(failure, paint)].join('\n');
}

/** The same block for what is said and gone on with. */
export function formatWarning(failure: Failure, paint: Paint = noPaint): string {
  const head = paint('yellow', `⚠ ${headOf(failure)}`);
  return [head, ...details(failure, paint)].join('\n');
}

/** Every failure as a block, with an empty line between them. */
export function formatFailures(failures: readonly Failure[], paint: Paint = noPaint): string {
  return failures.map((failure) => formatFailure(failure, paint)).join('\n\n');
}

/** `backup 1: expected on node1, seen on node2`. */
export function formatFinding(finding: Finding): string {
  return escapeControl(findingText(finding));
}

/** A name in it may be as long as an inventory likes. */
function headOf({ message }: Failure): string {
  return shorten(escapeControl(redact(message)));
}

function details({ where, ran, output, fix }: Failure, paint: Paint): readonly string[] {
  return [
    ...labelled('where', where, paint),
    ...labelled('ran', ran, paint),
    ...lastLines(output).map((line) => `         ${paint('dim', line)}`),
    ...labelled('fix', fix, paint),
  ];
}

function labelled(label: string, text: string | undefined, paint: Paint): readonly string[] {
  if (text === undefined) return [];
  const [first, ...rest] = escapeLines(redact(text));
  return [
    `  ${paint('dim', label.padEnd(5))}  ${first}`,
    ...rest.map((line) => `         ${line}`),
  ];
}

function lastLines(output: string | undefined): readonly string[] {
  if (output === undefined || output.trim() === '') return [];
  const lines = escapeLines(redact(output)).map(shorten);
  const left = lines.length - OUTPUT_LINES;
  if (left <= 0) return lines;
  return [`… ${left} more before these`, ...lines.slice(left)];
}

function shorten(line: string): string {
  return line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH).toWellFormed()}…` : line;
}
