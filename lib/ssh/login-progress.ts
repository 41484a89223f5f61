import type { Failure } from '#engine/model/failure.ts';

/** How far an attempt to connect has come, for the words that its failure is told in. */
export interface LoginProgress {
  step: 'dialling' | 'handshake' | 'login';
  /** Why the host's key was refused. */
  hostKey?: Failure | undefined;
  /** A key that is to be known from now on. */
  newKey?: Buffer | undefined;
  /** Whether the host may be somebody else. */
  doubtful?: boolean;
  /** The keys and agents that were shown to the host. */
  readonly tried: string[];
  /** What the host would take instead. */
  takes: readonly string[];
  /** When it is given up. */
  readonly timeoutMs: number;
  /** When a host that says nothing is given up, once it is logged in. */
  readonly silenceMs: number;
  /** The algorithms that both sides agreed on. */
  agreed?: readonly string[];
  /** What the ProxyCommand says, where there is one. */
  proxyWords?: (() => string) | undefined;
  /** What came before all else: the first line of an SSH server, or what somebody else says. */
  greeting: string;
  /** What the host has said to the user on the way in. */
  banner: string;
}

/** What ssh2 and sockets throw; `level` is ssh2's word for the layer that failed. */
export interface SshError extends Error {
  readonly code?: string | number;
  readonly level?: string;
}

/** What went wrong and how to mend it; the output is left out where it is the error's own message. */
export type ExplainedError = readonly [what: string, fix: string, output?: string];
