import { paintFor } from '#engine/report/paint.ts';
import { stopOnInterrupt } from '../interrupt.ts';
import { followRings, type Looks, type StatusUpdate } from './follow.ts';
import { statusLine } from './json.ts';
import { StatusScreen } from './screen.ts';
import { changeLine, statusText } from './text.ts';

/** Follows rings until Ctrl-C, or until nobody reads it any more: on a terminal in place, elsewhere a line per change. Gives the last update. */
export async function watchStatus(
  looks: Looks,
  { json = false }: { readonly json?: boolean },
): Promise<StatusUpdate | undefined> {
  const stop = AbortSignal.any([stopOnInterrupt(), unread()]);
  const isTerminal = process.stdout.isTTY && !json;
  const view = isTerminal ? new StatusScreen(process.stdout) : new ChangeLines(json);
  // What is left to end on the nodes may take a moment: the user has the terminal back by then.
  stop.addEventListener('abort', () => view.end());
  let last: StatusUpdate | undefined;
  const onUpdate = (update: StatusUpdate) => {
    if (stop.aborted) return;
    last = update;
    view.show(update);
  };
  try {
    await followRings(looks, { stop, onUpdate });
  } finally {
    view.end();
  }
  return last;
}

/** A rollout goes on where nobody looks; to look is all that this does. */
function unread(): AbortSignal {
  const controller = new AbortController();
  process.stdout.once('error', () => controller.abort());
  return controller.signal;
}

/** What a log, or another program, reads: first how all is, then what changes. */
class ChangeLines {
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

  end(): void {}
}
