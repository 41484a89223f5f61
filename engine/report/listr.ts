import {
  DefaultRenderer,
  Listr,
  ListrDefaultRendererLogLevels,
  ListrEventType,
  ListrLogger,
  ProcessOutput,
} from 'listr2';
import { redact } from '#engine/model/redaction.ts';
import { paintFor } from './paint.ts';
import { Progress } from './progress.ts';
import type { Report } from './report.ts';
import { screen } from './screen.ts';

const PAINT_MS = 100;
const HEIGHT_WHEN_UNKNOWN = 24;
const COLUMNS_WHEN_UNKNOWN = 80;

export interface ListrStreams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/**
 * Rows on a terminal that follow the run. What others write to these streams meanwhile comes out
 * at `end`. Ctrl-C is left to others: listr2 would exit the process.
 */
export function listrReport(streams: ListrStreams = process): Report {
  const progress = new Progress();
  let rows: Rows | undefined;
  return {
    onEvent: (event) => {
      progress.onEvent(event, performance.now());
      if (event.type === 'runStarted') rows ??= new Rows(streams, progress);
    },
    suspend: async (work) => {
      await rows?.end({ isLast: false });
      try {
        return await work();
      } finally {
        rows &&= new Rows(streams, progress);
      }
    },
    end: async () => {
      if (rows === undefined) return;
      await rows.end({ isLast: true });
      // How it came out stands apart from the rows.
      streams.stdout.write('\n');
    },
  };
}

/** A row of listr2 for the run, for each host that fits, and for all that is about no single host. */
class Rows {
  readonly #stdout: NodeJS.WriteStream;
  readonly #progress: Progress;
  readonly #list: ReturnType<typeof paintedList>;
  readonly #ended = Promise.withResolvers<void>();
  readonly #running: Promise<unknown>;
  readonly #timer: NodeJS.Timeout;

  constructor(streams: ListrStreams, progress: Progress) {
    this.#stdout = streams.stdout;
    this.#progress = progress;
    const count = Math.min(1 + progress.hosts.size, this.#height) + 1;
    this.#list = paintedList(count, streams, () => this.#ended.promise);
    this.#show();
    this.#running = this.#list.run();
    this.#timer = setInterval(() => {
      this.#show();
      this.#list.events.emit(ListrEventType.SHOULD_REFRESH_RENDER);
    }, PAINT_MS).unref();
  }

  /** Leaves the rows behind, as they are now, or as they are to stay. */
  async end({ isLast }: { readonly isLast: boolean }): Promise<void> {
    clearInterval(this.#timer);
    this.#show(isLast);
    this.#ended.resolve();
    await this.#running;
  }

  /** The last row of listr2 has what is left. */
  #show(isLast = false): void {
    const [now, paint, height] = [performance.now(), paintFor(this.#stdout), this.#height];
    // listr2 cuts lines two cells before the end.
    const columns = (this.#stdout.columns ?? COLUMNS_WHEN_UNKNOWN) - 2;
    // Before listr2 cuts the lines: half of a secret would not be known for one.
    const rows = screen(this.#progress, { now, paint, height, columns, isLast }).map(redact);
    const last = this.#list.tasks.length - 1;
    for (const [index, task] of this.#list.tasks.entries())
      task.title = index < last ? (rows[index] ?? '') : rows.slice(last).join('\n');
  }

  /** The cursor stands on a line of its own below the rows. */
  get #height(): number {
    return (this.#stdout.rows ?? HEIGHT_WHEN_UNKNOWN) - 1;
  }
}

/** listr2 would look at the process's own stdout, whatever stream it is given. */
class OnTheseStreams extends DefaultRenderer {
  static override nonTTY = true;
}

/**
 * A list whose rows all stay open until the end: one that listr2 takes for done can no longer be
 * folded away, and a list taller than the terminal is painted over and over.
 */
function paintedList(count: number, streams: ListrStreams, until: () => Promise<void>) {
  const processOutput = new ProcessOutput(streams.stdout, streams.stderr);
  const noMarks = Object.values(ListrDefaultRendererLogLevels).map((level) => [level, ''] as const);
  return new Listr(
    Array.from({ length: count }, () => ({ title: '', task: until })),
    {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      renderer: OnTheseStreams,
      rendererOptions: {
        lazy: true,
        indentation: 0,
        formatOutput: 'truncate',
        icon: Object.fromEntries(noMarks),
        logger: new ListrLogger({ processOutput }),
      },
    },
  );
}
