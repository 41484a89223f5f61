import { setTimeout as delay } from 'node:timers/promises';
import { headers } from '@nats-io/transport-node';
import type { Queue } from './connect.ts';
import { EXIT_HEADER } from './subjects.ts';

/** Below what nats-server takes at most in one message, unless it was told otherwise. */
const MOST_BYTES = 512 * 1024;

/** Tells the stream of events what one try of a slice prints, in order, and each piece once. */
export class Telling {
  readonly #queue: Queue;
  readonly #subject: string;
  #waiting: Buffer[] = [];
  #sent = 0;
  #isWhole = true;
  #sending: Promise<void> = Promise.resolve();

  constructor(queue: Queue, subject: string) {
    this.#queue = queue;
    this.#subject = subject;
  }

  /** What is printed within a moment, or while the server is away, goes together: its process must not wait. */
  add(piece: Buffer): void {
    this.#waiting.push(piece);
    if (this.#waiting.length > 1) return;
    const moment = delay(MOMENT_MS);
    this.#sending = this.#sending.then(async () => await moment).then(() => this.#flush());
  }

  /** Once all that was added until now is told. */
  async told(): Promise<void> {
    await this.#sending;
  }

  /** Tells all that is left, and how the process ended. False where something could not be told. */
  async end(exit: string): Promise<boolean> {
    await this.#sending;
    const last = headers();
    last.set(EXIT_HEADER, exit);
    await this.#send(Buffer.of(), last);
    return this.#isWhole;
  }

  async #flush(): Promise<void> {
    const all = Buffer.concat(this.#waiting);
    this.#waiting = [];
    for (let at = 0; at < all.length; at += MOST_BYTES)
      await this.#send(all.subarray(at, at + MOST_BYTES));
  }

  async #send(data: Buffer, head = headers()): Promise<void> {
    this.#sent += 1;
    // The server knows by the name what it has had.
    const options = { msgID: `${this.#subject}.${this.#sent}`, headers: head, timeout: 2000 };
    const until = performance.now() + PATIENCES * this.#queue.patienceMs;
    while (this.#isWhole) {
      try {
        await this.#queue.stream.publish(this.#subject, data, options);
        return;
      } catch {
        await delay(RETRY_MS);
        this.#isWhole = performance.now() < until && !this.#queue.nats.isClosed();
      }
    }
  }
}

const MOMENT_MS = 100;
const RETRY_MS = 300;
/** For how long a server may be away, in times that it takes to be taken for dead. */
const PATIENCES = 10;
