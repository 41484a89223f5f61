import { stripVTControlCharacters } from 'node:util';
import { findingsText } from '#engine/model/check.ts';
import { escapeControl } from './escape.ts';
import { formatFinding } from './failure.ts';
import type { HostProgress } from './host-progress.ts';
import type { Colour, Paint } from './paint.ts';
import type { CheckProgress } from './progress.ts';
import type { Standing } from './standing.ts';
import { countOf, formatElapsed, formatTicking, formatWait, padEnd } from './words.ts';

const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const SPIN_MS = 100;

/** What rows need to know beside what they are about. */
export interface RowStyle {
  /** On the clock of the progress. */
  readonly now: number;
  readonly paint: Paint;
  /** Of the widest name of a host. */
  readonly nameWidth: number;
}

/** The mark of a standing, and the colour of its words; what works has a mark that turns. */
const MARKS: Readonly<Record<Standing, readonly [string, Colour]>> = {
  waiting: ['·', 'dim'],
  working: ['', 'cyan'],
  failed: ['✖', 'red'],
  ok: ['✔', 'green'],
  answered: ['✔', 'green'],
  changed: ['✔', 'green'],
  'would change': ['~', 'yellow'],
  'not done': ['·', 'yellow'],
  'done in part': ['·', 'yellow'],
};

/** The first line of a host; `standing`: with its checks. What may be cut off, where it works, comes last. */
export function hostHead(
  host: Pick<HostProgress, 'name' | 'standing' | 'word' | 'detail' | 'since'>,
  standing: Standing,
  { now, paint, nameWidth }: RowStyle,
): string {
  const [mark, colour] = MARKS[standing];
  const [name = '', word = '', detail = ''] = [host.name, host.word, host.detail].map(oneLine);
  const head = `${paint(colour, mark || spinner(now))} ${padEnd(name, nameWidth)}`;
  if (host.standing !== 'working')
    return [head, paint(colour, word), detail].filter(Boolean).join('  ');
  const time = paint('dim', formatTicking(now - host.since));
  return [head, word, time, detail].filter(Boolean).join('  ');
}

/** The last lines that the running task printed; at most `most`. */
export function outputLines(
  { output }: HostProgress,
  most: number,
  paint: Paint,
): readonly string[] {
  return most < 1 ? [] : output.slice(-most).map((line) => paint('dim', lastOverprint(line)));
}

/** The first line of a check: what it waits for, and until when. */
export function checkHead(check: CheckProgress, { now, paint }: RowStyle): string {
  const title = oneLine(check.title);
  const { state, failure, deadlineMs, goodSamples } = check;
  if (state === 'passed') {
    // That all is as before is good to know, and no success.
    const mark = check.afterUndo ? paint('yellow', '·') : paint('green', '✔');
    return `${mark} ${title}  ${paint('dim', formatElapsed(check.elapsedMs))}`;
  }
  if (state === 'failed') {
    const why = findingsText(check.findings) || (failure?.message ?? 'failed');
    return `${paint('red', '✖')} ${title}  ${paint('red', oneLine(why))}`;
  }
  if (state === 'interrupted') return `${paint('yellow', '·')} ${title}  ${paint('yellow', state)}`;
  const time = formatWait(check.elapsedMs + now - check.at, deadlineMs);
  const good = goodSamples > 0 ? `, ${countOf(goodSamples, 'good sample')}` : '';
  return `${paint('cyan', spinner(now))} ${title}  ${paint('dim', time + good)}`;
}

/** What a check still finds wrong; at most `most` lines. */
export function findingsOf({ state, findings }: CheckProgress, most: number): readonly string[] {
  if (state === 'passed' || state === 'interrupted' || most < 1) return [];
  // The first line of one that has failed tells the first.
  const lines = findings
    .slice(state === 'failed' ? 1 : 0)
    .map(formatFinding)
    .map(oneLine);
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), `… and ${lines.length - most + 1} more`];
}

function spinner(now: number): string {
  return SPINNER[Math.floor(now / SPIN_MS) % SPINNER.length] ?? '';
}

/** Tabs would make a line longer than it is counted to be. */
export function oneLine(text: string): string {
  return escapeControl(text).replaceAll('\t', '  ');
}

/** What a terminal would show of a line that a progress bar was drawn over again and again. */
function lastOverprint(line: string): string {
  const parts = stripVTControlCharacters(line).split('\r');
  return oneLine(parts.findLast((part) => part.trim() !== '') ?? '');
}
