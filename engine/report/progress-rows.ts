import { stripVTControlCharacters } from 'node:util';
import { escapeControl } from './escape.ts';
import { formatFinding } from './failure.ts';
import type { HostProgress } from './host-progress.ts';
import type { Colour, Paint } from './paint.ts';
import type { CheckProgress, Progress } from './progress.ts';
import { COLOURS, type Outcome, standingOf } from './standing.ts';
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

/** The row of the run itself, with what there is to say of all of it. */
export function runRow({ title }: Progress, { paint }: Look, note?: string): FrameRow {
  const said = note === undefined ? '' : `  ${paint('yellow', note)}`;
  return { lines: [`${paint('bold', oneLine(title))}${said}`] };
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
  const standing = standingOf(host, progress);
  switch (standing.kind) {
    case 'waiting':
      return { mark: '·', colour: 'dim', text: look.paint('dim', describeWaiting(host)) };
    case 'working':
      return { mark: spinner(look.now), colour: 'cyan', text: describeWork(host, look) };
    case 'failed':
      return { mark: '✖', colour: 'red', text: describeFailed(host, look.paint) };
    case 'done': {
      const colour = COLOURS[standing.outcome];
      const text = [look.paint(colour, standing.outcome), standing.counts].join('  ').trimEnd();
      return { mark: MARKS[standing.outcome], colour, text };
    }
  }
}

export const MARKS: Readonly<Record<Outcome, string>> = {
  ok: '✔',
  answered: '✔',
  changed: '✔',
  'would change': '~',
  'not done': '·',
};

function describeWaiting({ phase, toChange }: HostProgress): string {
  if (phase === 'waiting') return 'waiting';
  const count = `${countOf(toChange.size, 'task')} to change`;
  return `waiting${phase === 'queued' ? ' for its turn' : ''}, ${count}`;
}

function describeWork(
  { phase, settled, tasks, running, startedAt }: HostProgress,
  look: Look,
): string {
  const time = look.paint('dim', formatTicking(look.now - (running?.startedAt ?? startedAt)));
  if (phase !== 'working') return `${phase}  ${time}`;
  const count = `${settled.size} of ${countOf(tasks, 'task')}`;
  return [count, ...(running ? [oneLine(running.task)] : []), time].join('  ');
}

function describeFailed({ failed, phase }: HostProgress, paint: Paint): string {
  if (failed === undefined) return paint('red', 'failed');
  const word = failed.failure.kind === 'unreachable' ? 'unreachable' : 'failed';
  const what = [failed.task, failed.failure.message].filter((part) => part !== undefined);
  const said = phase === 'undone' ? `${word}, undone` : word;
  return `${paint('red', said)}  ${what.map(oneLine).join(': ')}`;
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

export function indent(line: string): string {
  return `  ${line}`;
}
