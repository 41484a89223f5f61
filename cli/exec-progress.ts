import { clearLine, cursorTo } from 'node:readline';
import { formatExecProgress } from '#engine/report/exec.ts';
import { columnsOf } from './print.ts';

const TERMINAL_EVERY_MS = 500;
const LOG_EVERY_MS = 10_000;

/** Says on stderr which hosts are waited for, while they are: one line that moves, or lines for a log. */
export class ExecProgress {
  readonly #hosts: readonly string[];
  readonly #ended = new Set<string>();
  readonly #startedAt = performance.now();
  readonly #timer: NodeJS.Timeout;

  constructor(hosts: readonly string[]) {
    this.#hosts = hosts;
    const everyMs = process.stderr.isTTY ? TERMINAL_EVERY_MS : LOG_EVERY_MS;
    this.#timer = setInterval(() => this.#say(), everyMs).unref();
  }

  /** What stands in the way of the host's output is taken away. */
  ended(host: string): void {
    this.#ended.add(host);
    this.#clear();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#clear();
  }

  #say(): void {
    const columns = columnsOf(process.stderr);
    const text = formatExecProgress(this.#hosts, this.#ended, {
      elapsedMs: performance.now() - this.#startedAt,
      columns: (columns ?? Number.POSITIVE_INFINITY) - 1,
    });
    this.#clear();
    process.stderr.write(columns === undefined ? `${text}\n` : text);
  }

  #clear(): void {
    if (!process.stderr.isTTY) return;
    cursorTo(process.stderr, 0);
    clearLine(process.stderr, 0);
  }
}
