import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { MuxChannel } from './mux-channel.ts';
import { PacketCutter, type PacketPart, PacketReader, packetOf } from './mux-packets.ts';
import type { ChannelMaker, OpenLogin } from './open-login.ts';

/** What the two sides of an ssh's socket say to each other first (PROTOCOL.mux of OpenSSH). */
const HELLO = 1;
const VERSION = 4;
const PROXY = 0x1000000f;
const IS_PROXY = 0x8000000f;
const REQUEST = 0;

/** Of a server that is not known, as ssh does not tell which one it is: dropbear hangs up at more. */
const ROOM = 9000;

/** How long a host may take to close what still runs there. */
const LEAVE_MS = 5000;

/** An ssh that listens at a socket. */
export interface MuxMaster {
  readonly path: string;
  /** How many commands may run over its connection at once. */
  readonly channels: number;
  /** What it says when its connection is gone. */
  lastWords(): Promise<string>;
  /** Ends it, where it is for us alone. */
  end(): Promise<void>;
}

/** Who answers at a socket: nobody, one that is of no use, or an ssh. */
export type Answering = 'nobody' | 'useless' | MuxConnection;

/**
 * A connection that an ssh of this machine has, used through its socket in what PROTOCOL.mux calls
 * proxy mode: that ssh hands messages of the connection protocol on as they are, in the clear, to the
 * host and back. No process is started for a command.
 */
export class MuxConnection implements OpenLogin {
  readonly client: ChannelMaker = { exec: (...asked) => this.#exec(...asked) };
  readonly channels: number;
  readonly room = ROOM;
  readonly #socket: Socket;
  readonly #master: MuxMaster;
  readonly #channels = new Map<number, MuxChannel>();
  readonly #begun = Promise.withResolvers<boolean>();
  #isOpen = false;
  #lastId = -1;
  #closedHere = false;
  #cause: Error | undefined;
  /** The cause, once it is over. */
  #lost: Error | undefined;

  private constructor(socket: Socket, master: MuxMaster) {
    this.#socket = socket;
    this.#master = master;
    this.channels = master.channels;
  }

  /** Who does not answer within `limitMs` is of no use. */
  static async to(master: MuxMaster, limitMs: number): Promise<Answering> {
    const socket = connect(master.path);
    try {
      await once(socket, 'connect');
    } catch {
      return 'nobody';
    }
    const connection = new MuxConnection(socket, master);
    return (await connection.#begin(limitMs)) ? connection : 'useless';
  }

  get closed(): boolean {
    return this.#lost !== undefined;
  }

  get closedHere(): boolean {
    return this.#closedHere;
  }

  get cause(): Error | undefined {
    return this.#cause;
  }

  async close(): Promise<void> {
    this.#closedHere = true;
    this.#cause ??= new Error('rota closed it');
    await this.#closeChannels();
    this.#socket.destroy();
    await this.#master.end();
  }

  /** An ssh ends, with all that others do there, when we go while a channel is about to open. */
  async #closeChannels(): Promise<void> {
    const closed = [...this.#channels.values()].map(async (channel) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      channel.once('close', resolve);
      channel.close();
      await promise;
    });
    await Promise.race([Promise.all(closed), delay(LEAVE_MS, undefined, { ref: false })]);
  }

  /** Whether there is an ssh that has this mode, which is so since OpenSSH 7.4. */
  async #begin(limitMs: number): Promise<boolean> {
    const timer = setTimeout(() => this.#socket.destroy(), limitMs);
    const cutter = new PacketCutter();
    this.#socket.on('data', (chunk: Buffer) => {
      try {
        for (const packet of cutter.cut(chunk)) {
          if (this.#isOpen) this.#hand(new PacketReader(packet));
          else this.#greet(new PacketReader(packet));
        }
      } catch (error) {
        this.#cause ??= new Error(`its ssh says what cannot be: ${(error as Error).message}`);
        this.#socket.destroy();
      }
    });
    this.#socket.on('error', (error) => {
      this.#cause ??= error;
    });
    this.#socket.on('close', () => void this.#end());
    const words = [HELLO, PROXY].map((word) =>
      packetOf(Buffer.of(), [word, word === HELLO ? VERSION : REQUEST]),
    );
    this.#socket.write(Buffer.concat(words));
    try {
      return await this.#begun.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  #greet(packet: PacketReader): void {
    const [type, value] = [packet.number(), packet.number()];
    if (type === HELLO && value === VERSION) return;
    // An ssh without this mode says that it failed.
    if (type !== IS_PROXY || value !== REQUEST) throw new Error(`answer ${type}`);
    this.#isOpen = true;
    this.#begun.resolve(true);
  }

  #hand(packet: PacketReader): void {
    const padding = packet.byte();
    const [type, id] = [packet.byte(), packet.number()];
    const channel = this.#channels.get(id);
    if (padding !== 0 || channel === undefined) throw new Error(`message ${type} on no channel`);
    if (channel.see(type, packet)) this.#channels.delete(id);
  }

  #exec(command: string, done: Parameters<ChannelMaker['exec']>[1]): void {
    this.#lastId += 1;
    const id = this.#lastId;
    const lost = this.#lost ?? (this.#closedHere ? this.#cause : undefined);
    const send = (type: number, parts: readonly PacketPart[], sent?: () => void) =>
      void (lost ?? this.#socket.write(packetOf(Buffer.of(0, type), parts), sent));
    const channel = new MuxChannel({ id, command, done, send });
    if (lost === undefined) this.#channels.set(id, channel);
    else queueMicrotask(() => channel.lose(lost));
  }

  async #end(): Promise<void> {
    const lost = this.#cause ?? new Error(await this.#master.lastWords());
    this.#cause = lost;
    this.#lost = lost;
    this.#begun.resolve(false);
    for (const channel of this.#channels.values()) channel.lose(lost);
    this.#channels.clear();
  }
}
