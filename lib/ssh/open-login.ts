import type { Writable } from 'node:stream';

/** A login at a host, in which commands run on channels of their own, until either side ends it. */
export interface OpenLogin {
  readonly client: ChannelMaker;
  /** How many commands run in it at once. */
  readonly channels: number;
  /** How long a command may be, in bytes. */
  readonly room: number;
  readonly closed: boolean;
  /** Whether it was ended from here. */
  readonly closedHere: boolean;
  /** Why it ended, where that is known. */
  readonly cause: Error | undefined;
  close(): void | Promise<void>;
}

/** What starts commands. */
export interface ChannelMaker {
  /** Calls back with the channel before anything comes on it, or with what keeps it from being there. */
  exec(command: string, done: (error: Error | undefined, channel: CommandChannel) => void): unknown;
}

/**
 * The channel of one command: takes its stdin, and emits `data` here and on `stderr`, `exit` with its
 * status and the name of its signal, and `close` behind all of that.
 */
export interface CommandChannel extends Writable {
  readonly stderr: { on(event: 'data', read: (chunk: Buffer) => void): unknown };
  close(): void;
}
