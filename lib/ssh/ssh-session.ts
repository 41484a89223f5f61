import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import { type ExecOptions, type Exit, Killed, type Session } from '#engine/model/session.ts';
import { asUser, type Invocation } from './become.ts';
import { CHANNELS, lost, noChannel } from './channels.ts';
import { HostBytes, Kept } from './kept.ts';
import type { Link } from './link.ts';
import { type Ended, runCommand } from './run-command.ts';
import { Slots } from './slots.ts';
import { Stop } from './stop.ts';

const CHANNEL_RETRIES = 12;

/** A login of rota's own SSH client, in which commands run. */
export class SshSession implements Session {
  readonly host: Host;
  readonly #link: Link;
  readonly #user: string;
  readonly #bytes = new HostBytes();
  readonly #slots = new Slots(CHANNELS);
  #running = 0;

  /** `user`: who has logged in. */
  constructor(host: Host, link: Link, user: string) {
    this.host = host;
    this.#link = link;
    this.#user = user;
  }

  async exec(command: string, options: ExecOptions = {}): Promise<Exit> {
    const stop = new Stop(options, this.host.name);
    const invocation = asUser({ host: this.host, user: this.#user }, command, options);
    using kept = new Kept(this.#bytes, stop.tooMuch);
    const work = this.#slots.use(() => this.#retry(invocation, stop, kept));
    return this.#exit(await stop.race(work), invocation, kept);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#link.close();
  }

  /** A host that has channels to spare later is asked again until then. */
  async #retry(invocation: Invocation, stop: Stop, kept: Kept): Promise<Ended> {
    for (let left = CHANNEL_RETRIES, waitMs = 10; ; waitMs = Math.min(2 * waitMs, 250)) {
      stop.signal.throwIfAborted();
      try {
        return await this.#run(invocation, stop, kept);
      } catch (error) {
        if (!isChannelRefusal(error)) throw this.#refusal(error as Error);
        if (this.#running === 0) left -= 1;
        if (left === 0) throw noChannel(this.host.name, error);
      }
      await delay(waitMs, undefined, { signal: stop.signal });
    }
  }

  async #run({ command, options }: Invocation, stop: Stop, kept: Kept): Promise<Ended> {
    let isOpen = false;
    try {
      return await runCommand(this.#link.client, command, {
        options,
        stop,
        kept,
        onOpen: () => {
          isOpen = true;
          this.#running += 1;
        },
      });
    } finally {
      if (isOpen) this.#running -= 1;
    }
  }

  #exit({ code, signal }: Ended, invocation: Invocation, { output }: Kept): Exit {
    const { name } = this.host;
    // A status that came before the connection went may have left output behind.
    if (signal === null && (code === null || this.#link.closed)) {
      throw lost(name, this.#link.cause);
    }
    const stderr = invocation.errorsOf(output.stderr, code);
    if (signal !== null || code === null) throw new Killed(signal ?? 'a signal', name, stderr);
    return { status: code, ...output, stderr };
  }

  #refusal(error: Error): Failure {
    if (this.#link.closed || error.message !== 'Unable to exec') {
      return lost(this.host.name, this.#link.cause);
    }
    return new Failure('The host refuses to run commands', {
      where: this.host.name,
      fix: 'Let the user have a shell, and no ForceCommand that refuses it, in its sshd_config.',
      cause: error,
    });
  }
}

/** ssh2 gives the reason that the host named; a channel that the connection took along has none. */
function isChannelRefusal(error: unknown): boolean {
  return typeof (error as { readonly reason?: unknown }).reason === 'number';
}
