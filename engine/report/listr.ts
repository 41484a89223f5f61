import {
  DefaultRenderer,
  Listr,
  ListrDefaultRendererLogLevels,
  ListrEventType,
  ListrLogger,
  ProcessOutput,
} from 'listr2';
import { redact } from '#engine/model/redaction.ts';
import { finalFrame } from './final-frame.ts';
import { paintFor } from './paint.ts';
import { Progress } from './progress.ts';
import { progressFrame } from './progress-frame.ts';
import type { FrameRow } from './progress-rows.ts';
import type { Report } from './report.ts';

const PAINT_MS = 100;
const HEIGHT_WHEN_UNKNOWN = 24;

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
  let hosts: readonly string[] = [];
  return {
    onEvent: (event) => {
      progress.onEvent(event, performance.now());
      if (event.type !== 'runStarted') return;
      hosts = event.hosts;
      rows ??= new Rows(streams, progress, hosts);
    },
    suspend: async (work) => {
      await rows?.end(progressFrame);
      try {
        return await work();
      } finally {
        rows &&= new Rows(streams, progress, hosts);
      }
    },
    end: async () => await rows?.end(finalFrame),
  };
}

/** A row of listr2 for the run, one per host, and one for all that is about no single host. */
class Rows {
  readonly #stdout: NodeJS.WriteStream;
  readonly #progress: Progress;
  readonly #hosts: readonly string[];
  readonly #list: ReturnType<typeof paintedList>;
  readonly #ended = Promise.withResolvers<void>();
  readonly #running: Promise<unknown>;
  readonly #timer: NodeJS.Timeout;

  constructor(streams: ListrStreams, progress: Progress, hosts: readonly string[]) {
    this.#stdout = streams.stdout;
    this.#progress = progress;
    this.#hosts = [...new Set(['localhost', ...hosts])];
    this.#list = paintedList(['', ...this.#hosts, ''], streams, () => this.#ended.promise);
    this.#show(progressFrame(progress, this.#options()));
    this.#running = this.#list.run();
    this.#timer = setInterval(() => this.#paint(), PAINT_MS).unref();
  }

  /** Leaves the rows of this frame behind. */
  async end(frame: typeof finalFrame): Promise<void> {
    clearInterval(this.#timer);
    this.#show(frame(this.#progress, this.#options()));
    this.#ended.resolve();
    await this.#running;
  }

  #paint(): void {
    this.#show(progressFrame(this.#progress, this.#options()));
    this.#list.events.emit(ListrEventType.SHOULD_REFRESH_RENDER);
  }

  #show([run, ...frame]: readonly FrameRow[]): void {
    const perHost = this.#hosts.map((host) => frame.filter((row) => row.host === host));
    const others = frame.filter(({ host }) => host === undefined);
    const titles = [run === undefined ? [] : [run], ...perHost, others].map(textOf);
    for (const [index, task] of this.#list.tasks.entries()) task.title = titles[index] ?? '';
  }

  #options() {
    // The cursor stands on a line of its own below the rows.
    const height = (this.#stdout.rows ?? HEIGHT_WHEN_UNKNOWN) - 1;
    return { now: performance.now(), paint: paintFor(this.#stdout), height };
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
function paintedList(titles: readonly string[], streams: ListrStreams, until: () => Promise<void>) {
  const processOutput = new ProcessOutput(streams.stdout, streams.stderr);
  const noMarks = Object.values(ListrDefaultRendererLogLevels).map((level) => [level, ''] as const);
  return new Listr(
    titles.map((title) => ({ title, task: until })),
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

function textOf(rows: readonly FrameRow[]): string {
  // Before listr2 cuts the lines: half of a secret would not be known for one.
  return redact(rows.flatMap(({ lines }) => lines).join('\n'));
}
