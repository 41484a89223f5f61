import { paintFor } from '#engine/report/paint.ts';
import { stopOnInterrupt } from '../interrupt.ts';
import { followRings, type Looks, type StatusUpdate } from './follow.ts';
import { statusLine } from './json.ts';
import { StatusScreen } from './screen.ts';
import { changeLine, statusText } from './text.ts';

/** Follows rings until Ctrl-C: on a terminal in place, elsewhere a line per change. Gives the last update. */
export async function watchStatus(
  looks: Looks,
  { json = false }: { readonly json?: boolean },
): Promise<StatusUpdate | undefined> {
  const stop = stopOnInterrupt();
  const isTerminal = process.stdout.isTTY && !json;
  using view = isTerminal ? new StatusScreen(process.stdout) : new ChangeLines(json);
  let last: StatusUpdate | undefined;
  await followRings(looks, {
    stop,
    onUpdate: (update) => {
      last = update;
      view.show(update);
    },
  });
  return last;
}

/** What a log, or another program, reads: first how all is, then what changes. */
class ChangeLines implements Disposable {
  readonly #json: boolean;
  #hasBegun = false;

  constructor(json: boolean) {
    this.#json = json;
  }

  show(update: StatusUpdate): void {
    const isFirst = !this.#hasBegun;
    this.#hasBegun = true;
    if (!isFirst && update.changes.length === 0) return;
    process.stdout.write(this.#json ? statusLine(update) : this.#text(update, isFirst));
  }

  #text(update: StatusUpdate, isFirst: boolean): string {
    const paint = paintFor(process.stdout);
    if (isFirst) return `${statusText(update, { now: update.at, paint })}\n\n`;
    return update.changes.map((one) => `${changeLine(one, update.at)}\n`).join('');
  }

  [Symbol.dispose](): void {}
}
