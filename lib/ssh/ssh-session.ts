import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import { LIMITS } from '#engine/model/limits.ts';
import { type Exit, Killed } from '#engine/model/session.ts';
import { endedAtOnce, lost, noChannel, typistAt } from './channels.ts';
import { typed } from './command-words.ts';
import type { Hop } from './hop.ts';
import { Invocation, type Transport, type TransportOptions, type Typist } from './invocation.ts';
import { HostBytes, KeptOutput } from './kept.ts';
import type { OpenLogin } from './open-login.ts';
import { type ChannelEnd, runCommand } from './run-command.ts';
import { Slots } from './slots.ts';
import { Stop } from './stop.ts';

const CHANNEL_RETRIES = 12;
/** Commands in a login at a host. */
export class SshSession implements Transport {
  readonly host: Host;
  readonly #login: OpenLogin;
  readonly #typist: Typist;
  readonly #bytes = new HostBytes(LIMITS);
  readonly #slots: Slots;
  #running = 0;
  /** Whether a command has begun here. */
  #served = false;

  constructor(host: Host, login: OpenLogin, hop: Hop) {
    this.host = host;
    this.#login = login;
    this.#slots = new Slots(login.channels);
    this.#typist = typistAt(host, hop, async (command) => await this.#tell(typed(command)));
  }

  async exec(command: string, options: TransportOptions = {}): Promise<Exit> {
    using invocation = this.#inWords(options) ?? new Invocation(this.#typist, command, options);
    const stop = new Stop({ ...options, ...invocation.options }, this.host.name);
    using kept = new KeptOutput(options.bytes ?? this.#bytes, stop.tooMuch);
    const work = this.#slots.use(async () => await this.#retry(invocation, stop, kept));
    return this.#exit(await stop.race(work), invocation, kept);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#login.close();
  }

  /** Not where somebody else is to run it: sudo logs all words. */
  #inWords({ inWords, stdin, ...options }: TransportOptions): Invocation | undefined {
    if (inWords !== true || typeof stdin !== 'string' || this.host.connection.become)
      return undefined;
    const invocation = new Invocation(this.#typist, stdin, options);
    return invocation.command.length <= this.#login.room ? invocation : undefined;
  }

  /** Whatever comes of it. */
  async #tell(command: string): Promise<void> {
    const stop = new Stop({}, this.host.name);
    using kept = new KeptOutput(this.#bytes);
    await runCommand(this.#login.client, command, { options: {}, stop, kept, onOpen: () => {} });
  }

  /** A host that has channels to spare later is asked again until then. */
  async #retry(invocation: Invocation, stop: Stop, kept: KeptOutput): Promise<ChannelEnd> {
    for (let left = CHANNEL_RETRIES, waitMs = 10; ; waitMs = Math.min(2 * waitMs, 250)) {
      stop.signal.throwIfAborted();
      try {
        return await this.#run(invocation, stop, kept);
      } catch (error) {
        if (!isChannelRefusal(error)) throw this.#refusal(error as Error, invocation);
        if (this.#running === 0) left -= 1;
        if (left === 0) throw noChannel(this.host.name, `asked ${CHANNEL_RETRIES} times`, error);
      }
      await delay(waitMs, undefined, { signal: stop.signal });
    }
  }

  async #run(invocation: Invocation, stop: Stop, kept: KeptOutput): Promise<ChannelEnd> {
    let isOpen = false;
    invocation.sent();
    try {
      return await runCommand(this.#login.client, invocation.command, {
        options: invocation.options,
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

  #exit({ code, signal }: ChannelEnd, invocation: Invocation, { output }: KeptOutput): Exit {
    const { name } = this.host;
    // A status that came before the connection went may have left output behind.
    if (signal === null && (code === null || this.#login.closed)) {
      throw this.#lost(invocation);
    }
    this.#served ||= invocation.hasBegun;
    const own = invocation.ownOf({ status: code, ...output });
    if (signal !== null || code === null) throw new Killed(signal ?? 'a signal', name, own.stderr);
    return { status: code, ...output, ...own };
  }

  /** A host that never began a command has something against them. */
  #lost(invocation: Invocation): Failure {
    this.#served ||= invocation.hasBegun;
    const why = this.#served || this.#login.closedHere ? lost : endedAtOnce;
    return why(this.host.name, this.#login.cause);
  }

  #refusal(error: Error, invocation: Invocation): Failure {
    const { closed, closedHere } = this.#login;
    if (closed || closedHere || error.message !== 'Unable to exec') return this.#lost(invocation);
    return new Failure('The host refuses to run commands', {
      kind: 'unreachable',
      where: this.host.name,
      fix: 'Let the user have a shell, and no ForceCommand that refuses it, in its sshd_config.',
      cause: error,
    });
  }
}

/** The host's own reason is with it (RFC 4254, 5.1); a channel that the connection took along has none. */
function isChannelRefusal(error: unknown): boolean {
  return typeof (error as { readonly reason?: unknown }).reason === 'number';
}
