import { stripVTControlCharacters } from 'node:util';
import { withoutColours } from '#engine/model/redaction.ts';
import type { RunEvent } from '../run/events.ts';

/** `0.4 s`, `12 s`, `1 min 05 s`. */
export function formatElapsed(ms: number): string {
  return ms < 9950 ? `${(ms / 1000).toFixed(1)} s` : formatSeconds(Math.round(ms / 1000));
}

/** The same in whole seconds, for a time that is watched while it grows. */
export function formatTicking(ms: number): string {
  return formatSeconds(Math.floor(ms / 1000));
}

/**
 * How long a check has been waited for, of how much until a sample is good: the next one has its own time, and so
 * has the last, which is asked for once that is over.
 */
export function formatWait(
  elapsedMs: number,
  { deadlineMs, goodSamples }: { readonly deadlineMs: number; readonly goodSamples: number },
): string {
  if (goodSamples > 0) return `${formatTicking(elapsedMs)}, ${countOf(goodSamples, 'good sample')}`;
  const most = formatTicking(deadlineMs);
  if (elapsedMs >= deadlineMs) return `${most} are over, waiting for the last answer`;
  return `${formatTicking(elapsedMs)} of at most ${most}`;
}

function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** What is said of a host that is booted, by the clock of this machine. */
export function bootWords(until: string): string {
  return `it has to answer again by ${new Date(until).toTimeString().slice(0, 8)}`;
}

/** `1 task`, `2 tasks`. */
export function countOf(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** Latin letters, punctuation, arrows and marks such as ✔: each a grapheme of its own. */
const SINGLE = /^[ -~\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u27bf]*$/;

/** How many cells a text takes, near enough: one per grapheme. */
export function widthOf(text: string): number {
  // The first Segmenter of a process takes it longer than a report does.
  if (SINGLE.test(text)) return text.length;
  return [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].length;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}

export function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(widthOf));
}

/** Rows of cells as columns, without blanks at their ends; `pad` widens the cells of a column. */
export function alignRows(
  rows: readonly (readonly string[])[],
  pad: (column: number) => typeof padEnd = () => padEnd,
): readonly string[] {
  const widths = rows[0]?.map((_, column) => widest(rows.map((row) => row[column] ?? ''))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => pad(column)(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/**
 * A head and rows below it as columns; a column that is empty under its head is left out. What is wider than
 * this has a block for each row.
 */
export function formatTable(
  [head = [], ...rows]: readonly (readonly string[])[],
  columns = Number.POSITIVE_INFINITY,
): string {
  const isUsed = (_: string, column: number) => rows.some((row) => (row[column] ?? '') !== '');
  const used = [head, ...rows].map((row) => row.filter(isUsed));
  const lines = alignRows(used);
  if (widest(lines) <= columns) return lines.join('\n');
  const [names = [], ...cells] = used;
  const blocks = cells.map((row) => alignRows(row.map((cell, at) => [names[at] ?? '', cell])));
  return blocks.map((block) => block.join('\n')).join('\n\n');
}

/** A line that begins further to the right is one to copy: it stays whole. */
const TO_COPY = 10;
/** A column has so many cells left at least, else what goes on stands a little within the line. */
const ROOM = 20;
const LITTLE = 4;
/** A number and its unit are one. */
const WORDS = / *[^ ]+(?:(?<=\d) (?:s|min)\b[^ ]*)*/g;

/**
 * A text whose lines break between words where they are longer than a terminal is wide. What goes on
 * stands below the beginning of its column, where that leaves it room. A word longer than that stays whole.
 */
export function wrapText(text: string, columns: number): string {
  return text
    .split('\n')
    .flatMap((line) => wrapLine(line, columns))
    .join('\n');
}

function wrapLine(line: string, columns: number): readonly string[] {
  const shown = stripVTControlCharacters(line);
  if (widthOf(shown) <= columns || shown.search(/\S/) > TO_COPY) return [line];
  const indent = ' '.repeat(indentOf(shown, columns));
  const lines = [''];
  for (const word of wordsOf(line, columns)) {
    const last = lines.at(-1) ?? '';
    const isFull = widthOf(stripVTControlCharacters(last + word)) > columns;
    if (isFull && last.trim() !== '') lines.push(indent + word.trimStart());
    else lines[lines.length - 1] = last + word;
  }
  return lines;
}

/** With the blanks before them; a list of names that is longer than a line breaks behind commas. */
function wordsOf(line: string, columns: number): readonly string[] {
  const words = line.match(WORDS) ?? [];
  return words.flatMap((word) => (widthOf(word) > columns ? word.split(/(?<=,)/) : [word]));
}

/** Of a line that is broken: behind its last gap that leaves room, or behind its mark. */
function indentOf(line: string, columns: number): number {
  const [start = ''] = /^ *(?:[^\w\s] )?/.exec(line) ?? [];
  const longest = widest(wordsOf(line, columns).map((word) => word.trimStart()));
  const gaps = [...line.matchAll(/(?<=\S) {2,}/g)].map((gap) => gap.index + gap[0].length);
  const most = columns - Math.max(ROOM, longest);
  const column = gaps.findLast((gap) => gap <= most);
  if (column !== undefined) return column;
  return gaps.length > 0 ? LITTLE : start.length;
}

export const INTERRUPTED = 'interrupted: nothing new is started, what is under way is finished';

/** The control machine is no host of the inventory, unless it is the only one. */
export function inventoryHosts<H>(hosts: readonly H[], nameOf: (host: H) => string): readonly H[] {
  const others = hosts.filter((host) => nameOf(host) !== 'localhost');
  return others.length === 0 ? hosts : others;
}

/** `deploy on 3 hosts, dry run`. */
export function formatRunTitle({
  playbook,
  hosts,
  mode,
}: Extract<RunEvent, { type: 'runStarted' }>): string {
  const kind = { apply: '', verify: ', verify', 'dry-run': ', dry run' }[mode];
  const count = inventoryHosts(hosts, (name) => name).length;
  return `${playbook} on ${countOf(count, 'host')}${kind}`;
}

/** What a terminal would show of a line that a progress bar was drawn over again and again. */
export function lastOverprint(line: string): string {
  const parts = withoutColours(line).split('\r');
  return parts.findLast((part) => part.trim() !== '') ?? '';
}
