import { Writable } from 'node:stream';
import xterm from '@xterm/headless';
import type { ListrStreams } from '#engine/report/listr.ts';

/** A terminal as people have them, and what stands on it. */
export class Emulator extends Writable {
  readonly isTTY = true;
  readonly columns: number;
  readonly rows: number;
  readonly #terminal: xterm.Terminal;

  constructor(columns: number, rows = 24) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
    const common = { scrollback: 10_000, allowProposedApi: true, convertEol: true };
    this.#terminal = new xterm.Terminal({ cols: columns, rows, ...common });
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.#terminal.write(chunk, done);
  }

  /** No colours. */
  getColorDepth(): number {
    return 1;
  }

  get streams(): ListrStreams {
    return { stdout: this, stderr: this } as unknown as ListrStreams;
  }

  /** Line by line, with what has left it at its top. */
  async text(): Promise<string> {
    // Behind all that was written before.
    await new Promise((resolve) => this.write('\u001b[0m', resolve));
    const { active } = this.#terminal.buffer;
    const lines = Array.from({ length: active.length }, (_, at) =>
      active.getLine(at)?.translateToString(true),
    );
    return `${lines.join('\n').trimEnd()}\n`;
  }
}
