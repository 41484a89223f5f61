import { stripVTControlCharacters } from 'node:util';
import { paintFor } from '#engine/report/paint.ts';
import { countOf, widthOf } from '#engine/report/words.ts';
import type { StatusUpdate } from './follow.ts';
import { changeLine, statusText } from './text.ts';

/** Where a terminal goes to for a screen of its own, and back (xterm's control sequences). */
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const END_OF_LINE = '\u001b[K\n';
const REST = '\u001b[J';

/** So many of the changes are in sight at most, a quarter of the screen, and so many are told at the end. */
const IN_SIGHT = 8;
const KEPT = 1000;

/** The rings on a screen of their own, drawn anew in place each second. What was seen stays when it ends. */
export class StatusScreen {
  readonly #stream: NodeJS.WriteStream;
  readonly #draws = () => this.#draw();
  readonly #leaves = () => this.#stream.write(LEAVE);
  #timer: NodeJS.Timeout | undefined;
  #update: StatusUpdate | undefined;
  #changes: readonly string[] = [];

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** With the first update it begins: before that, a passphrase may be asked for. */
  show(update: StatusUpdate): void {
    if (this.#update === undefined) this.#begin();
    this.#update = update;
    const lines = update.changes.map((one) => changeLine(one, update.at));
    this.#changes = [...this.#changes, ...lines].slice(-KEPT);
    this.#draw();
  }

  /** Once; more often does nothing. */
  end(): void {
    if (this.#update === undefined) return;
    clearInterval(this.#timer);
    this.#stream.off('resize', this.#draws);
    process.off('exit', this.#leaves);
    this.#leaves();
    const { columns } = sizeOf(this.#stream);
    const paint = paintFor(this.#stream);
    const text = statusText(this.#update, { now: new Date(), paint, columns });
    this.#stream.write([text, '', ...this.#changes, ''].join('\n'));
    this.#update = undefined;
  }

  #begin(): void {
    this.#stream.write(ENTER);
    this.#stream.on('resize', this.#draws);
    // However it ends, the user's own screen is back.
    process.once('exit', this.#leaves);
    this.#timer = setInterval(this.#draws, 1000);
  }

  #draw(): void {
    if (this.#update === undefined) return;
    const lines = screenLines(this.#update, this.#changes, {
      ...{ ...sizeOf(this.#stream), now: new Date(), paint: paintFor(this.#stream) },
    });
    this.#stream.write(`${HOME}${lines.join(END_OF_LINE)}${END_OF_LINE.trimEnd()}${REST}`);
  }
}

/** A terminal that nobody gave a size says 0. */
function sizeOf({ columns, rows }: NodeJS.WriteStream) {
  return { columns: columns || 80, rows: rows || 24 };
}

type RingScreenOptions = Parameters<typeof statusText>[1] & {
  readonly columns: number;
  readonly rows: number;
};

/** What fits: the rings from above, and the last changes below them. */
export function screenLines(
  update: StatusUpdate,
  changes: readonly string[],
  options: RingScreenOptions,
): readonly string[] {
  const { columns, rows, now, paint = (_, text) => text } = options;
  const seconds = Math.round((now.getTime() - update.lookedAt.getTime()) / 1000);
  const head = `${now.toTimeString().slice(0, 8)}, looked at ${seconds} s ago. Ctrl-C ends it.`;
  const last = lastOf(changes, Math.min(IN_SIGHT, Math.floor(rows / 4)), columns);
  const below = last.length === 0 ? [] : ['', paint('bold', 'What changed'), ...last];
  const above = [paint('dim', head), ''];
  const room = rows - heightOf([...above, ...below], columns);
  return [...above, ...fitting(statusText(update, options).split('\n'), room, columns), ...below];
}

/** The last that fit in so many lines; of one that does not by itself, its beginning. */
function lastOf(changes: readonly string[], room: number, columns: number): readonly string[] {
  let left = room;
  const shown = changes
    .slice(Math.max(0, changes.length - room))
    .map((line) => line.slice(0, room * columns))
    .reverse();
  const end = shown.findIndex((line) => {
    left -= heightOf([line], columns);
    return left < 0;
  });
  return shown.slice(0, end < 0 ? shown.length : end).reverse();
}

function fitting(lines: readonly string[], room: number, columns: number): readonly string[] {
  if (heightOf(lines, columns) <= room) return lines;
  let left = room - 1;
  const shown = lines.filter((line) => {
    left -= heightOf([line], columns);
    return left >= 0;
  });
  return [...shown, `… ${countOf(lines.length - shown.length, 'more line')}`];
}

/** How many lines of the terminal they take: it breaks those that are too long. */
function heightOf(lines: readonly string[], columns: number): number {
  const heights = lines.map((line) => Math.ceil(widthOf(stripVTControlCharacters(line)) / columns));
  return heights.reduce((sum, height) => sum + Math.max(1, height), 0);
}
