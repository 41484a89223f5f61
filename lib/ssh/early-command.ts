import { PassThrough } from 'node:stream';
import type { ExecOptions, Exit } from '#engine/model/session.ts';
import type { Transport } from './invocation.ts';
import type { HostBytes } from './kept.ts';

/**
 * A command that has begun on its host, and waits for what it is to read: that is one round trip, and
 * from nothing it is three. One that nobody comes for ends with its connection.
 */
export class EarlyCommand {
  readonly #input = new PassThrough();
  readonly #stop = new AbortController();
  readonly #exit: Promise<Exit>;
  #read: ((chunk: Buffer) => void) | undefined;

  constructor(transport: Transport, command: string, bytes: HostBytes) {
    this.#exit = transport.exec(command, {
      bytes,
      stdin: this.#input,
      signal: this.#stop.signal,
      onStdout: (chunk) => this.#read?.(chunk),
    });
    // For whoever comes for it.
    this.#exit.catch(() => {});
  }

  /** As if it began now. */
  async run({ stdin, onStdout, signal }: ExecOptions): Promise<Exit> {
    const stop = () => this.#stop.abort(signal?.reason);
    this.#read = onStdout?.bind(undefined);
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    this.#input.end(stdin);
    try {
      return await this.#exit;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }
}
