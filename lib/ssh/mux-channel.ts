import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import type { PacketPart, PacketReader } from './mux-packets.ts';
import type { ChannelMaker, CommandChannel } from './open-login.ts';

/** The messages of SSH’s connection protocol that channels are made of (RFC 4254, 9). */
export const MESSAGE = {
  ...{ open: 90, opened: 91, refused: 92, window: 93, data: 94, extended: 95 },
  ...{ eof: 96, close: 97, request: 98, success: 99, failure: 100 },
} as const;

/** How much a host may send before it is told that more can come; of that so much at once. */
const WINDOW = 2 * 1024 * 1024;
const MOST_DATA = 32 * 1024;
const STDERR = 1;
/** Answers that are on their way to somebody who may never read them. */
const MOST_ANSWERS = 1000;

interface ChannelInput {
  readonly id: number;
  readonly command: string;
  readonly done: Parameters<ChannelMaker['exec']>[1];
  /** Sends a message; `sent` is called when it is out of our hands. */
  send(type: number, parts: readonly PacketPart[], sent?: () => void): void;
}

/** A channel with one command, over a connection that an ssh has. What the other side says is checked. */
export class MuxChannel extends Writable implements CommandChannel {
  readonly stderr = new EventEmitter();
  readonly #input: ChannelInput;
  #stage: 'opening' | 'starting' | 'runs' = 'opening';
  #remoteId = 0;
  /** How much may be sent, and how much at once. */
  #window = 0;
  #mostData = 0;
  /** How much may come. */
  #room = WINDOW;
  #waiting: { readonly chunk: Buffer; readonly done: () => void } | undefined;
  #answers = 0;
  #isClosing = false;

  constructor(input: ChannelInput) {
    // It closes when the host says so, and not with its stdin.
    super({ autoDestroy: false });
    this.#input = input;
    input.send(MESSAGE.open, ['session', input.id, WINDOW, MOST_DATA]);
  }

  /** Takes in a message for this channel; gives whether it is the last one. Throws for one that cannot be. */
  see(type: number, message: PacketReader): boolean {
    if (type === MESSAGE.opened && this.#stage === 'opening') this.#open(message);
    else if (type === MESSAGE.refused && this.#stage === 'opening') return this.#refuse(message);
    else if (type === MESSAGE.success && this.#stage === 'starting') this.#start();
    else if (type === MESSAGE.failure && this.#stage === 'starting') this.#fail();
    else if (this.#stage === 'opening')
      throw new Error(`message ${type} on a channel that is not open`);
    else if (type === MESSAGE.window) this.#widen(message.number());
    else if (type === MESSAGE.data) this.#take(this, message.bytes());
    else if (type === MESSAGE.extended) this.#takeExtended(message);
    else if (type === MESSAGE.request) this.#answer(message);
    else if (type === MESSAGE.close) return this.#end();
    else if (type !== MESSAGE.eof) throw new Error(`message ${type} on a channel`);
    return false;
  }

  /** The connection is gone. */
  lose(error: Error): void {
    if (this.#stage !== 'runs') this.#input.done(error, this);
    this.destroy();
  }

  close(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    // One that is not open yet has no number there to close it by.
    if (this.#stage !== 'opening') this.#send(MESSAGE.close);
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#waiting = { chunk, done };
    this.#feed();
  }

  override _final(done: () => void): void {
    if (!this.#isClosing) this.#send(MESSAGE.eof);
    done();
  }

  /** As much as the host takes now. */
  #feed(): void {
    while (this.#waiting !== undefined && this.#window > 0 && !this.#isClosing) {
      const { chunk, done } = this.#waiting;
      const part = chunk.subarray(0, Math.min(this.#window, this.#mostData));
      const rest = chunk.subarray(part.length);
      this.#window -= part.length;
      this.#waiting = rest.length === 0 ? undefined : { chunk: rest, done };
      this.#send(MESSAGE.data, [part], rest.length === 0 ? done : undefined);
    }
  }

  #open(message: PacketReader): void {
    this.#remoteId = message.number();
    this.#window = message.number();
    this.#mostData = Math.min(message.number(), MOST_DATA);
    if (this.#mostData === 0) throw new Error('a channel that takes nothing');
    this.#stage = 'starting';
    if (this.#isClosing) this.#send(MESSAGE.close);
    else this.#send(MESSAGE.request, ['exec', true, this.#input.command]);
  }

  #refuse(message: PacketReader): boolean {
    const reason = message.number();
    this.#stage = 'runs';
    this.#input.done(Object.assign(new Error(`${message.bytes()}`), { reason }), this);
    this.destroy();
    return true;
  }

  #start(): void {
    this.#stage = 'runs';
    this.#input.done(undefined, this);
  }

  #fail(): void {
    this.#stage = 'runs';
    this.close();
    this.#input.done(new Error('Unable to exec'), this);
  }

  #widen(bytes: number): void {
    this.#window += bytes;
    if (this.#window > 0xffffffff) throw new Error('a window that is too wide');
    this.#feed();
  }

  #takeExtended(message: PacketReader): void {
    if (message.number() !== STDERR) throw new Error('a stream that nobody knows');
    this.#take(this.stderr, message.bytes());
  }

  #take(stream: EventEmitter, chunk: Buffer): void {
    this.#room -= chunk.length;
    if (this.#room < 0) throw new Error('more data than there is room for');
    stream.emit('data', chunk);
    if (this.#room > WINDOW / 2 || this.#isClosing) return;
    this.#send(MESSAGE.window, [WINDOW - this.#room]);
    this.#room = WINDOW;
  }

  #answer(message: PacketReader): void {
    const name = `${message.bytes()}`;
    const wantsReply = message.byte() !== 0;
    if (name === 'exit-status') this.emit('exit', message.number());
    if (name === 'exit-signal') this.emit('exit', null, `SIG${message.bytes()}`);
    if (!wantsReply) return;
    this.#answers += 1;
    if (this.#answers > MOST_ANSWERS) throw new Error('questions, and no answer is read');
    this.#send(MESSAGE.failure, [], () => {
      this.#answers -= 1;
    });
  }

  #end(): boolean {
    if (this.#stage === 'starting') this.#fail();
    this.close();
    this.destroy();
    return true;
  }

  #send(type: number, parts: readonly PacketPart[] = [], sent?: () => void): void {
    this.#input.send(type, [this.#remoteId, ...parts], sent);
  }
}
