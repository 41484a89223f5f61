import { structuredPatch } from 'diff/lib/patch/create.js';
import type { Failure } from '#engine/model/failure.ts';
import { Secret } from '#engine/model/secret.ts';
import { Digest, isLarge, Pending, type Scalar } from '#engine/model/state.ts';
import { escapeControl } from './escape.ts';
import type { Paint } from './paint.ts';

/** Texts further apart than this take too long to compare line by line, and nobody reads the result. */
const MOST_EDITS = 1000;
const ABSENT = '(absent)';

/** Two states of a field; undefined where it is not there. */
export interface ShownField {
  readonly name: string;
  readonly before: Scalar | undefined;
  readonly after: Scalar | undefined;
}

export interface ShownTask {
  readonly title: string;
  readonly fields: readonly ShownField[];
  readonly failure?: Failure;
}

/** The title of a task, and from what to what its fields go. */
export function formatTask({ title, fields: all, failure }: ShownTask, paint: Paint): string {
  const fields = all.map(readable);
  const lines = fields
    .filter((field) => !hasDiff(field))
    .flatMap((field) => formatField(field, paint));
  const bodies = fields.filter(hasDiff);
  const diffs = bodies.flatMap((field) => {
    const name = bodies.length > 1 ? `${title} (${field.name})` : title;
    return formatDiff(field, escapeControl(name), paint);
  });
  if (failure !== undefined) {
    lines.push(paint('red', `could not be planned: ${escapeControl(failure.message)}`));
  }
  // The headers of a diff say the title already.
  const head = lines.length > 0 ? [paint('bold', escapeControl(title))] : [];
  return [...head, ...lines.map((line) => `  ${line}`), ...diffs].join('\n');
}

/** Nobody reads what is large. */
function readable(field: ShownField): ShownField {
  const { name, before, after } = field;
  if (isSecret(before, after)) return field;
  return { name, before: sideToRead(before), after: sideToRead(after) };
}

function sideToRead(side: Scalar | undefined): Scalar | undefined {
  return typeof side === 'string' && isLarge(side) ? Digest.of(side) : side;
}

function hasDiff({ before, after }: ShownField): boolean {
  return !isSecret(before, after) && (isLong(before) || isLong(after));
}

function isSecret(before: Scalar | undefined, after: Scalar | undefined): boolean {
  return before instanceof Secret || after instanceof Secret;
}

function isLong(value: Scalar | undefined): boolean {
  return textOf(value).includes('\n');
}

function formatField({ name, before, after }: ShownField, paint: Paint): readonly string[] {
  const field = escapeControl(name);
  if (isSecret(before, after)) return [`${field}: ${secretChange(before, after)}`];
  const [old, wanted] = shownPair(before, after);
  const from = before === undefined ? paint('dim', old) : paint('red', old);
  return [`${field}: ${from} → ${paint('green', wanted)}${reasonOf(after)}`];
}

/** Neither side is shown: what is on the host is the secret of yesterday. */
function secretChange(before: Scalar | undefined, after: Scalar | undefined): string {
  const long = [before, after].some(
    (value) => value instanceof Secret && value.reveal().includes('\n'),
  );
  if (long || isLong(before)) {
    if (before === undefined) return 'new, secret';
    return after === undefined ? 'gone, secret' : 'changed, secret';
  }
  const side = (value: Scalar | undefined) => (value === undefined ? ABSENT : `${new Secret('')}`);
  return `${side(before)} → ${side(after)}`;
}

/** Quoted where the two would read the same, such as the text "1" and the number. */
function shownPair(
  before: Scalar | undefined,
  after: Scalar | undefined,
): readonly [string, string] {
  const [old, wanted] = [shown(before), shown(after)];
  if (old !== wanted) return [old, wanted];
  return [quotedIfText(before), quotedIfText(after)];
}

function shown(value: Scalar | undefined): string {
  if (value === undefined) return ABSENT;
  const text = textOf(value);
  const looksOdd = text === '' || text.trim() !== text || text === ABSENT;
  return looksOdd ? quotedIfText(text) : escapeControl(text);
}

function quotedIfText(value: Scalar | undefined): string {
  const text = escapeControl(textOf(value));
  return typeof value === 'string' ? `"${text}"` : text;
}

function textOf(value: Scalar | undefined): string {
  if (value === undefined) return '';
  return value instanceof Pending ? value.preview : String(value);
}

function reasonOf(after: Scalar | undefined): string {
  return after instanceof Pending ? ` (${escapeControl(after.reason)})` : '';
}

function formatDiff(
  { name, before, after }: ShownField,
  title: string,
  paint: Paint,
): readonly string[] {
  const reason = reasonOf(after);
  const head = [
    paint('bold', `--- ${before === undefined ? ABSENT : title}`),
    paint('bold', `+++ ${after === undefined ? ABSENT : title}${reason}`),
  ];
  const [old, wanted] = [linesOf(before), linesOf(after)];
  const patch = structuredPatch('', '', old, wanted, '', '', {
    context: 3,
    maxEditLength: old === '' || wanted === '' ? Number.POSITIVE_INFINITY : MOST_EDITS,
  });
  if (patch === undefined) {
    const counts = `${lineCount(old)} → ${lineCount(wanted)} lines`;
    return [...head, `${escapeControl(name)}: ${counts}, too different to compare`];
  }
  const hunks = patch.hunks.flatMap((hunk) => [
    paint('cyan', rangesOf(hunk)),
    ...hunk.lines.map((line) => formatLine(line, paint)),
  ]);
  return [...head, ...hunks];
}

/** A digest stands for all lines of a file. */
function linesOf(side: Scalar | undefined): string {
  return side instanceof Digest ? `${side}\n` : textOf(side);
}

function lineCount(text: string): number {
  return text.replace(/\n$/, '').split('\n').length;
}

type Hunk = Readonly<Record<'oldStart' | 'oldLines' | 'newStart' | 'newLines', number>>;

function rangesOf({ oldStart, oldLines, newStart, newLines }: Hunk): string {
  return `@@ -${rangeOf(oldStart, oldLines)} +${rangeOf(newStart, newLines)} @@`;
}

/** As GNU diff writes it: an empty range names the line before it. */
function rangeOf(start: number, lines: number): string {
  if (lines === 1) return String(start);
  return `${lines === 0 ? start - 1 : start},${lines}`;
}

function formatLine(line: string, paint: Paint): string {
  const text = escapeControl(line);
  if (line.startsWith('+')) return paint('green', text);
  return line.startsWith('-') ? paint('red', text) : text;
}
