import { redact } from '#engine/model/redaction.ts';
import type { HostProgress } from './host-progress.ts';
import type { Paint } from './paint.ts';
import type { CheckProgress, Progress } from './progress.ts';
import { checkHead, findingsOf, hostHead, oneLine, outputLines, type RowStyle } from './rows.ts';
import type { Standing } from './standing.ts';
import { countOf, INTERRUPTED, widest, wrapText } from './words.ts';

/** Lines that are kept free for what running tasks print, before hosts are shown as counts. */
const ROOM_FOR_DETAILS = 6;

/** How many lines a row may have for details: few steps, so that they do not jump with every host. */
const DETAILS = [3, 1];

export interface ScreenOptions {
  readonly now: number;
  readonly paint: Paint;
  /** How many lines there are, and how many cells in each. */
  readonly height: number;
  readonly columns: number;
  /** Whether this is what stays when the run is over: then with all that was changed and checked. */
  readonly isLast?: boolean;
}

/**
 * What a terminal shows of a run, row by row: every host while there is room for all, else those that
 * failed or work, in the order of the inventory, and one row for the crowd of the others. While the run
 * goes on it has no more lines than the terminal.
 */
export function screen(progress: Progress, options: ScreenOptions): readonly string[] {
  const { paint, height, isLast = false } = options;
  const hosts = [...progress.hosts.values()];
  const style = { ...options, nameWidth: widest(hosts.map(({ name }) => oneLine(name))) };
  const all = progress.checksOf(undefined);
  const alone = (isLast || all.length <= height / 2 ? all : all.filter(isOpen)).map((check) =>
    checkRow(check, style),
  );
  const title = titleLines(progress, style);
  const room = height - title.length - linesOf(alone);
  const rowsOf = (shown: ScreenStyle) =>
    hosts.map((host) => hostRow(host, progress.checksOf(host.name), shown));
  const full = rowsOf(style);
  const rows = linesOf(full) <= room ? full : rowsOf({ ...style, isLast: false });
  const fits = linesOf(rows) + (isLast ? 0 : ROOM_FOR_DETAILS) <= room;
  const shown = [...(fits ? rows : crowded(rows, room, paint)), ...alone];
  const most = isLast ? Number.POSITIVE_INFINITY : sharedOut(shown, height - title.length);
  const told = [title.join('\n'), ...shown.map((row) => textOf(row, most))];
  return isLast ? told : clipped(told, height);
}

interface Row {
  readonly standing: Standing;
  readonly heads: readonly string[];
  /** More of it, in at most so many lines. */
  details(most: number): readonly string[];
}

type ScreenStyle = RowStyle & Pick<ScreenOptions, 'isLast' | 'columns'>;

function titleLines({ title, interrupted }: Progress, style: ScreenStyle): readonly string[] {
  const { paint, isLast } = style;
  const note = interrupted ? paint('yellow', isLast ? 'interrupted' : INTERRUPTED) : '';
  return broken([[paint('bold', oneLine(title)), note].filter(Boolean).join('  ')], style);
}

function isOpen({ state }: CheckProgress): boolean {
  return state !== 'passed';
}

function hostRow(host: HostProgress, all: readonly CheckProgress[], style: ScreenStyle): Row {
  const checks = style.isLast ? all : all.filter(isOpen);
  const changed = style.isLast ? host.changed.map(oneLine) : [];
  const below = [...changed, ...checks.map((check) => checkHead(check, style))];
  const standing = standingOf(host, checks);
  // The line of the check says why.
  const detail = checks.some(({ state }) => state === 'failed') ? '' : host.detail;
  const head = hostHead({ ...host, detail }, standing, style);
  return {
    standing,
    heads: [
      // A line that changes every moment is cut where it is too long: broken, all below it would jump.
      ...(host.standing === 'working' ? [head] : broken([head], style)),
      ...broken(below.map(indent), style),
    ],
    details: (most) =>
      [
        ...outputLines(host, most, style.paint).map((line) => `    ${line}`),
        ...checks.flatMap((check) => findingsToTell(check, most, style)).map((line) => `  ${line}`),
      ].slice(0, most),
  };
}

/** A host whose gate is not passed is still at work. */
function standingOf({ standing }: HostProgress, checks: readonly CheckProgress[]): Standing {
  if (checks.some(({ state }) => state === 'failed')) return 'failed';
  const waits = checks.some(({ state }) => state === 'waiting');
  return waits && standing !== 'failed' ? 'working' : standing;
}

function checkRow(check: CheckProgress, style: ScreenStyle): Row {
  return {
    standing: 'working',
    heads: broken([checkHead(check, style)], style),
    details: (most) => findingsToTell(check, most, style),
  };
}

/** Half of a secret, on a line of its own, would not be known for one. */
function broken(lines: readonly string[], { columns }: ScreenStyle): readonly string[] {
  return lines.flatMap((line) => wrapText(redact(line), columns).split('\n'));
}

/** At the end a failure is told in full below, with what it printed. */
function findingsToTell(check: CheckProgress, most: number, style: ScreenStyle): readonly string[] {
  if (style.isLast && check.failure?.output !== undefined) return [];
  return broken(findingsOf(check, most).map(indent), style).slice(0, most);
}

function crowded(rows: readonly Row[], room: number, paint: Paint): readonly Row[] {
  const left = Math.max(1, room - 1);
  const ofStanding = (one: Standing) => rows.filter(({ standing }) => standing === one);
  const failed = thatFit(ofStanding('failed'), Math.ceil(left / 2));
  const working = thatFit(ofStanding('working'), left - linesOf(failed));
  const chosen = new Set([...failed, ...working]);
  const others = Map.groupBy(
    rows.filter((row) => !chosen.has(row)),
    ({ standing }) => standing,
  );
  const counts = [...others].map(([standing, { length }]) => `${length} ${standing}`);
  const word = chosen.size > 0 ? 'more host' : 'host';
  const crowd = `… ${countOf(rows.length - chosen.size, word)}: ${counts.join(', ')}`;
  return [
    ...rows.filter((row) => chosen.has(row)),
    { standing: 'waiting', heads: [paint('dim', crowd)], details: () => [] },
  ];
}

function thatFit(rows: readonly Row[], room: number): readonly Row[] {
  let left = room;
  return rows.filter(({ heads }) => {
    left -= heads.length;
    return left >= 0;
  });
}

function linesOf(rows: readonly Row[]): number {
  return rows.reduce((sum, { heads }) => sum + heads.length, 0);
}

/** Every row gets its first lines; of what is left, all get as many for their details. */
function sharedOut(rows: readonly Row[], height: number): number {
  const left = height - linesOf(rows);
  const busy = rows.filter(({ details }) => details(1).length > 0).length;
  return DETAILS.find((lines) => lines * busy <= left) ?? 0;
}

function textOf({ heads, details }: Row, most: number): string {
  return [...heads, ...details(most)].join('\n');
}

/** The last word, for a terminal of very few lines. */
function clipped(rows: readonly string[], height: number): readonly string[] {
  return rows.join('\n').split('\n').slice(0, height);
}

function indent(line: string): string {
  return `  ${line}`;
}
