import type { Secret } from './secret.ts';

/** A place in a file; lines and columns count from 1, and line 0 is the file as a whole. */
export interface Origin {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The beginning of a file. */
export function startOf(file: string): Origin {
  return { file, line: 1, column: 1 };
}

/** As compilers and editors write a place: file:line:column. */
export function formatOrigin({ file, line, column }: Origin): string {
  return line === 0 ? file : `${file}:${line}:${column}`;
}

/** A variable of a host, after merging, with the place that it came from. */
export interface Variable {
  /** Reading it throws a Failure where an expression in it has no result. */
  readonly value: unknown;
  /** As the inventory has it, with the text of its expressions. */
  readonly written: unknown;
  /** Where the key stands. */
  readonly origin: Origin;
  /** Where a part of the value stands; the nearest parent's place for a part that is missing. */
  originOf(path: readonly PropertyKey[]): Origin;
}

/**
 * How a host is reached; what is left out is as ssh_config has it for the address. `openssh`: by
 * OpenSSH's own client, where `ssh` is rota's.
 */
export interface Connection {
  readonly transport: 'ssh' | 'openssh' | 'local';
  readonly address: string;
  readonly port?: number;
  readonly user?: string;
  readonly keyFile?: string;
  /** Options for ssh, as words: they win over ssh_config. */
  readonly sshArguments?: readonly string[];
  /** False: a host is taken for what it says it is, as with StrictHostKeyChecking=no. */
  readonly hostKeyChecking?: boolean;
  /** Files to look for host keys in, instead of the user's own known_hosts. */
  readonly knownHostsFiles?: readonly string[];
  readonly connectTimeoutMs?: number;
  /** How often to try again when a host does not answer. */
  readonly connectRetries?: number;
  readonly password?: Secret;
  readonly become?: Become;
}

/** How scripts come to run as another user than the one who logs in. */
export interface Become {
  readonly method: 'sudo' | 'doas' | 'su';
  readonly user: string;
  readonly password?: Secret;
  /** The words that start the program, where they are not just the method's name. */
  readonly executable?: readonly string[];
  readonly flags?: readonly string[];
}

/** A host of the inventory, with all its variables. */
export interface Host {
  readonly name: string;
  /** Every group that it is in, `all` left out, sorted. */
  readonly groups: readonly string[];
  readonly variables: ReadonlyMap<string, Variable>;
  readonly connection: Connection;
  /** Where the inventory names it first. */
  readonly origin: Origin;
}

/** Where rota itself runs, as a host. */
export const CONTROL_MACHINE: Host = {
  name: 'localhost',
  groups: [],
  variables: new Map(),
  connection: { transport: 'local', address: 'localhost', port: 0, user: '' },
  origin: { file: '', line: 0, column: 0 },
};
