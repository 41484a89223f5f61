import { PassThrough, pipeline } from 'node:stream';
import type { Secret } from '#engine/model/secret.ts';
import type { ExecOptions } from '#engine/model/session.ts';
import type { Start } from './start.ts';

interface TalkInput {
  readonly start: Start;
  readonly prompt: RegExp;
  readonly password: Secret;
  /** What the command itself is to read. */
  readonly stdin: ExecOptions['stdin'];
  /** Ends who asks again. */
  giveUp(pid: number): Promise<void>;
}

/**
 * What is written to sudo or su, and then to the command: the password where it is asked for, once, and
 * what the command reads when it has begun. A password that nobody asks for is never sent.
 */
export class PasswordTalk {
  readonly input = new PassThrough();
  readonly #talk: TalkInput;
  #state: 'silent' | 'answered' | 'wrong' | 'feeding' = 'silent';

  constructor(talk: TalkInput) {
    this.#talk = talk;
  }

  /** Whether it was asked for again. */
  get isWrong(): boolean {
    return this.#state === 'wrong';
  }

  /** To be called whenever something has come. */
  heed(): void {
    const { start, prompt } = this.#talk;
    while (start.isAsked(prompt)) this.#answer();
    if (start.stage === 'begun' && this.#state !== 'feeding') this.#feed();
  }

  #answer(): void {
    if (this.#state === 'silent') {
      this.#state = 'answered';
      this.input.write(`${this.#talk.password.reveal()}\n`);
    } else if (this.#state === 'answered') {
      this.#state = 'wrong';
      void this.#hangUp();
    }
  }

  /**
   * An input that ends would be one more wrong password to sudo-rs, and that counts towards a lock-out.
   * It can be ended before; sudo cannot, and does not count an end.
   */
  async #hangUp(): Promise<void> {
    const { start, giveUp } = this.#talk;
    if (start.pid !== undefined) await giveUp(start.pid);
    this.input.end();
  }

  #feed(): void {
    const { stdin } = this.#talk;
    this.#state = 'feeding';
    if (stdin === undefined || typeof stdin === 'string') this.input.end(stdin ?? '');
    else pipeline(stdin, this.input, () => {});
  }
}
