import type { Readable } from 'node:stream';
import { Failure } from './failure.ts';
import type { Host } from './host.ts';
import type { Limit, Limits } from './limits.ts';

export interface ExecOptions {
  /** What the command reads; nothing by default. */
  readonly stdin?: string | Readable;
  /** `stdin` is the script of a `sh -s` and holds no secret: as words of the command it comes a round trip sooner. */
  readonly inWords?: boolean;
  /** `stdin` with dots for what is secret in it, for people to read; left out: it is the same. */
  readable?(): string;
  /** Called with stdout as it comes. */
  onStdout?(chunk: Buffer): void;
  /** Gives up waiting. The command may go on on the host: a closed channel ends no process there. */
  readonly signal?: AbortSignal;
  /** Gives up waiting with a Failure that says so. Without one, the caller has to end it. */
  readonly limit?: Limit;
  /** A part of the output is of no use: a Failure where the host prints more than is kept. */
  readonly whole?: boolean;
}

/** How a command ended by itself; a signal (`Killed`) or a lost connection is a Failure instead. */
export interface Exit {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** How many bytes it printed beyond what is kept (engine/model/limits.ts); undefined: none. */
  readonly cut?: number;
}

/** An open way to one host. Commands are words for POSIX sh, and run as the connection's `as`. */
export interface Session {
  readonly host: Host;
  /** What the host may take and print at most. */
  readonly limits: Limits;
  /** Rejects with a Failure, kind `unreachable`, when the connection goes before the exit status. */
  exec(command: string, options?: ExecOptions): Promise<Exit>;
  /** Says that this command will soon be run, with a text on stdin: it may be begun, and wait for that. */
  expect(command: string): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Opens a session, or rejects with a Failure, kind `unreachable`. */
export type Connect = (host: Host) => Promise<Session>;

/** A command that did not end by itself; `signal` as in SIGKILL. */
export class Killed extends Failure {
  readonly signal: string;

  constructor(signal: string, where: string, stderr: Buffer) {
    super('The command was killed by a signal', {
      where,
      ran: `killed by ${signal}`,
      output: stderr.toString().trimEnd().split('\n').slice(-20).join('\n') || undefined,
      fix:
        signal === 'SIGKILL'
          ? 'If nobody killed it, the host ran out of memory:\n  journalctl -k --grep oom'
          : `Find out what on the host sends ${signal}, and run again.`,
    });
    this.signal = signal;
  }
}
