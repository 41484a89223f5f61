import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import { LIMITS } from '#engine/model/limits.ts';
import { type Exit, Killed } from '#engine/model/session.ts';
import { CHANNELS, endedAtOnce, lost, noChannel, typistAt } from './channels.ts';
import { typed } from './command-words.ts';
import type { Hop } from './hop.ts';
import { Invocation, type Transport, type TransportOptions, type Typist } from './invocation.ts';
import { HostBytes, KeptOutput } from './kept.ts';
import type { Link } from './link.ts';
import { type ChannelEnd, runCommand } from './run-command.ts';
import { Slots } from './slots.ts';
import { Stop } from './stop.ts';

const CHANNEL_RETRIES = 12;
/** How long a command may be: dropbear, and who knows what else, hangs up at more. */
const ROOM = 9000;
const OPENSSH_ROOM = 32_768;

/** A login of rota's own SSH client, in which commands run. */
export class SshSession implements Transport {
  readonly host: Host;
  readonly #link: Link;
  readonly #typist: Typist;
  readonly #bytes = new HostBytes(LIMITS);
  readonly #slots = new Slots(CHANNELS);
  #running = 0;
  /** Whether a command has begun here. */
  #served = false;

  constructor(host: Host, link: Link, hop: Hop) {
    this.host = host;
    this.#link = link;
    const tell = async (command: string) => await link.ssh.execCommand(typed(command));
    this.#typist = typistAt(host, hop, tell);
  }

  async exec(command: string, options: TransportOptions = {}): Promise<Exit> {
    using invocation = this.#inWords(options) ?? new Invocation(this.#typist, command, options);
    const stop = new Stop({ ...options, ...invocation.options }, this.host.name);
    using kept = new KeptOutput(options.bytes ?? this.#bytes, stop.tooMuch);
    const work = this.#slots.use(async () => await this.#retry(invocation, stop, kept));
    return this.#exit(await stop.race(work), invocation, kept);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#link.close();
  }

  /** Not where somebody else is to run it: sudo logs all words. */
  #inWords({ inWords, stdin, ...options }: TransportOptions): Invocation | undefined {
    if (inWords !== true || typeof stdin !== 'string' || this.host.connection.become)
      return undefined;
    const invocation = new Invocation(this.#typist, stdin, options);
    const isOpenSsh = /^SSH-2\.0-OpenSSH_/.test(this.#link.progress.greeting);
    return invocation.command.length <= (isOpenSsh ? OPENSSH_ROOM : ROOM) ? invocation : undefined;
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
      return await runCommand(this.#link.client, invocation.command, {
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
    if (signal === null && (code === null || this.#link.closed)) {
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
    const why = this.#served || this.#link.closedHere ? lost : endedAtOnce;
    return why(this.host.name, this.#link.cause);
  }

  #refusal(error: Error, invocation: Invocation): Failure {
    if (this.#link.closed || error.message !== 'Unable to exec') return this.#lost(invocation);
    return new Failure('The host refuses to run commands', {
      kind: 'unreachable',
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
