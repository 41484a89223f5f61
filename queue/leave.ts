import { randomBytes } from 'node:crypto';
import type { Queue } from './connect.ts';
import { type AnySlice, type Ask, LeaveReply } from './messages.ts';
import { leaveSubject } from './subjects.ts';

/** What one try of a slice asks the coordinator of its run, one thing after the other. */
export class Leave {
  /** The name of the try. */
  readonly try = randomBytes(8).toString('hex');
  readonly #queue: Queue;
  readonly #slice: AnySlice;
  #last: Promise<unknown> = Promise.resolve();
  #heardAt = performance.now();
  /** How many rings are being changed. */
  #rings = 0;

  constructor(queue: Queue, slice: AnySlice) {
    this.#queue = queue;
    this.#slice = slice;
  }

  /** For how long no coordinator has answered. */
  get silentMs(): number {
    return performance.now() - this.#heardAt;
  }

  /** Undefined where nobody answers. */
  async ask(what: 'begin' | 'ring' | 'still' | 'end'): Promise<LeaveReply | undefined> {
    return await this.#inTurn({ what });
  }

  async refuse(why: string): Promise<void> {
    await this.#inTurn({ what: 'cannot', why });
  }

  /** A ring that there was leave for is done with. */
  overWithRing(): void {
    this.#rings -= 1;
  }

  /** So that the number of rings that the coordinator is told is the one that it has given leave for. */
  async #inTurn(want: Ask['want']): Promise<LeaveReply | undefined> {
    const asked = this.#last.then(() => this.#send(want));
    this.#last = asked;
    return await asked;
  }

  async #send(want: Ask['want']): Promise<LeaveReply | undefined> {
    const { run, slice } = this.#slice;
    const ask: Ask = { slice: slice.index, try: this.try, rings: this.#rings, want };
    try {
      const timeout = Math.max(1000, this.#queue.patienceMs / 6);
      const reply = await this.#queue.nats.request(leaveSubject(run), JSON.stringify(ask), {
        timeout,
      });
      const answer = LeaveReply.parse(reply.string());
      this.#heardAt = performance.now();
      if (want.what === 'ring' && answer === 'go') this.#rings += 1;
      return answer;
    } catch {
      return undefined;
    }
  }
}
