import type { Failure } from './failure.ts';

/** How a command ended on a host, or why it is not known. */
export interface HostExit {
  readonly host: string;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** The exit code; 128 + n where signal n killed it, as a shell has it; undefined: it did not end. */
  readonly status: number | undefined;
  /** What kept it from ending by itself, or from being run. */
  readonly failure?: Failure;
  /** That it was given up because it took too long, or was interrupted. */
  readonly givenUp?: 'timeout' | 'interrupted';
  readonly elapsedMs: number;
}
