import type { Text } from './secret.ts';

/** Runs a POSIX sh script on the host. Values in it are quoted with the `sh` tag of shell/quote.ts. */
export interface RunCommand {
  readonly kind: 'run';
  readonly title: string;
  readonly script: Text;
  /**
   * Takes it back, after the files that the run wrote are the old ones again. Must do no harm when
   * the command never ran. Left out: nothing has to be done.
   */
  readonly undo?: Text;
}

/**
 * Puts `body` at `path` by rename, so that a reader sees the old file or the new one. `check` is an
 * sh script that gets the staged file as `$1` and must exit 0 and print nothing before the rename.
 * The folder must exist.
 */
export interface Write {
  readonly kind: 'write';
  readonly path: string;
  readonly body: Text;
  /** Four octal digits. */
  readonly mode: string;
  readonly owner: string;
  readonly check?: string;
}

/** A folder with its mode and owner. Missing parents are made with the usual mode, 0755. */
export interface Folder {
  readonly kind: 'folder';
  readonly path: string;
  /** Four octal digits. */
  readonly mode: string;
  readonly owner: string;
  /** What an undo brings back. Left out: it was not there, and goes unless something is in it by then. */
  readonly before?: { readonly mode: string; readonly owner: string };
}

/** Removes a file; one that is not there is fine. */
export interface Remove {
  readonly kind: 'remove';
  readonly path: string;
}

/** Streams a file of the control machine, on a channel of its own, to the stdin of `script`. */
export interface Feed {
  readonly kind: 'feed';
  readonly title: string;
  readonly source: string;
  readonly script: string;
}

/** A write, as data. */
export type Command = RunCommand | Write | Folder | Remove | Feed;

export function titleOf(command: Command): string {
  return 'title' in command ? command.title : `${command.kind} ${command.path}`;
}
