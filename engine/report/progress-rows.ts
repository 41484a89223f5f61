import { escapeControl } from './escape.ts';
import { formatFinding } from './failure.ts';
import type { Colour, Paint } from './paint.ts';
import type { CheckProgress, HostProgress, Progress } from './progress.ts';
import { describeCounts, INTERRUPTED } from './run-words.ts';
import { countOf, formatElapsed, formatTicking, padEnd, widest } from './words.ts';

const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const SPIN_MS = 100;

export interface FrameOptions {
  readonly now: number;
  readonly paint: Paint;
  /** How many lines there are. */
  readonly height: number;
}

/** A row with the lines under it; `host` is the one that it is about, if it is about one. */
export interface FrameRow {
  readonly host?: string;
  readonly lines: readonly string[];
}

/** What a row needs to know beside its host. */
export interface Look {
  readonly now: number;
  readonly paint: Paint;
  readonly nameWidth: number;
}

export function lookOf({ hosts }: Progress, { now, paint }: FrameOptions): Look {
  return { now, paint, nameWidth: widest([...hosts.keys()].map(oneLine)) };
}

/** The row of the run itself. */
export function runRow({ title, interrupted }: Progress, { paint }: Look): FrameRow {
  const note = interrupted ? `  ${paint('yellow', INTERRUPTED)}` : '';
  return { lines: [`${paint('bold', oneLine(title))}${note}`] };
}

/** The first line of a host. */
export function hostHead(host: HostProgress, progress: Progress, look: Look): string {
  const { mark, colour, text } = describe(host, progress, look);
  const name = padEnd(oneLine(host.name), look.nameWidth);
  return `${look.paint(colour, mark)} ${name}  ${text}`;
}

/** The last lines that the running task printed; at most `most`. */
export function hostDetails(
  { running }: HostProgress,
  most: number,
  look: Look,
): readonly string[] {
  if (running === undefined || most < 1) return [];
  return running.lines.slice(-most).map((line) => look.paint('dim', lastOverprint(line)));
}

/** The first line of a check: what it waits for, and until when. */
export function checkHead(check: CheckProgress, look: Look): string {
  const { now, paint } = look;
  const title = oneLine(check.title);
  if (check.state === 'passed') return `${paint('green', '✔')} ${title}  ${dimTime(check, paint)}`;
  if (check.state === 'failed') {
    return `${paint('red', '✖')} ${title}  ${paint('red', oneLine(check.failure?.message ?? 'failed'))}`;
  }
  const elapsed = Math.min(check.deadlineMs, check.elapsedMs + now - check.at);
  const time = `${formatTicking(elapsed)} of at most ${formatTicking(check.deadlineMs)}`;
  const good = check.goodSamples > 0 ? `, ${countOf(check.goodSamples, 'good sample')}` : '';
  return `${paint('cyan', spinner(now))} ${title}  ${paint('dim', time + good)}`;
}

/** What a check still finds wrong; at most `most` lines. */
export function checkDetails({ state, findings }: CheckProgress, most: number): readonly string[] {
  if (state === 'passed' || most < 1) return [];
  const lines = findings.map(formatFinding).map(oneLine);
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), `… and ${lines.length - most + 1} more`];
}

function dimTime({ elapsedMs }: CheckProgress, paint: Paint): string {
  return paint('dim', formatElapsed(elapsedMs));
}

interface Description {
  readonly mark: string;
  readonly colour: Colour;
  readonly text: string;
}

function describe(host: HostProgress, progress: Progress, look: Look): Description {
  if (host.failed !== undefined) return describeFailed(host, look.paint);
  if (host.summary !== undefined) return describeFinished(host, progress, look.paint);
  const working = { mark: spinner(look.now), colour: 'cyan' as const };
  const waiting = { mark: '·', colour: 'dim' as const };
  const time = look.paint('dim', formatTicking(look.now - host.startedAt));
  switch (host.phase) {
    case 'waiting':
      return { ...waiting, text: look.paint('dim', 'waiting') };
    case 'queued':
      return { ...waiting, text: look.paint('dim', `waiting for its turn, ${toChange(host)}`) };
    case 'connecting':
    case 'reading':
      return { ...working, text: `${host.phase}  ${time}` };
    default:
      return { ...working, text: describeWork(host, look) };
  }
}

function describeWork({ settled, tasks, running, startedAt }: HostProgress, look: Look): string {
  const count = `${settled.size} of ${countOf(tasks, 'task')}`;
  const time = look.paint('dim', formatTicking(look.now - (running?.startedAt ?? startedAt)));
  return [count, ...(running ? [oneLine(running.task)] : []), time].join('  ');
}

function toChange({ differing }: HostProgress): string {
  return `${countOf(differing, 'task')} to change`;
}

function describeFailed({ failed, summary }: HostProgress, paint: Paint): Description {
  const { task, failure } = failed as NonNullable<typeof failed>;
  const word = failure.kind === 'unreachable' ? 'unreachable' : 'failed';
  const what = [task, failure.message].filter((part) => part !== undefined).map(oneLine);
  const time = summary === undefined ? '' : `  ${paint('dim', formatElapsed(summary.elapsedMs))}`;
  return { mark: '✖', colour: 'red', text: `${paint('red', word)}  ${what.join(': ')}${time}` };
}

function describeFinished(host: HostProgress, { mode }: Progress, paint: Paint): Description {
  const summary = host.summary as NonNullable<typeof host.summary>;
  const { word, colour, counts } = describeCounts(summary, mode);
  const mark = { ok: '✔', changed: '✔', 'would change': '~', 'not done': '·' };
  const time = paint('dim', formatElapsed(summary.elapsedMs));
  return {
    mark: mark[word as keyof typeof mark] ?? '✖',
    colour: word === 'changed' ? 'green' : colour,
    text: [paint(colour, word), counts, time].filter((part) => part !== '').join('  '),
  };
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
  return oneLine(line.split('\r').findLast((part) => part.trim() !== '') ?? '');
}

export function indent(line: string): string {
  return `  ${line}`;
}
