import { resolve } from 'node:path';
import { DOTS, Secret, type Text } from './secret.ts';
import { type HostContent, LocalFile } from './state.ts';

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
  readonly body: Text | LocalFile | HostContent;
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

/** Puts a symbolic link at `path` by rename, in place of a file or a link. The folder must exist. */
export interface SymbolicLink {
  readonly kind: 'link';
  readonly path: string;
  /** Where it leads, as it is written in the link. */
  readonly target: string;
}

/** Removes a file; one that is not there is fine. */
export interface Remove {
  readonly kind: 'remove';
  readonly path: string;
}

/**
 * Streams a file of the control machine, on a channel of its own, to the stdin of `script`. In $run it has, as
 * any script of a command, the folder that the host keeps of the run, for its user alone.
 */
export interface Feed {
  readonly kind: 'feed';
  readonly title: string;
  readonly source: string;
  readonly script: string;
}

/** Puts what a host has answered into a file of the control machine, by rename. Changes nothing on the host. */
export interface Save {
  readonly kind: 'save';
  /** On the control machine; folders that are missing are made. */
  readonly to: string;
  readonly bytes: Buffer;
}

/** Has the host booted anew, once the program has ended: nothing of its stage comes after it. */
export interface Boot {
  readonly kind: 'boot';
  readonly title: string;
  /** An sh script that succeeds where it is needed, asked once more right before. */
  readonly when: string;
  /** After so many at most the host has to answer again. */
  readonly seconds: number;
}

/** A write, as data. */
export type Command = RunCommand | Write | Folder | SymbolicLink | Remove | Feed | Save | Boot;

/** Writes a file of rota's own: root's, which all may read. */
export function ownFile(path: string, body: Text): Write {
  return { kind: 'write', path, body, mode: '0644', owner: 'root:root' };
}

/** Makes a folder of the same kind. */
export function ownFolder(path: string): Folder {
  return { kind: 'folder', path, mode: '0755', owner: 'root:root' };
}

/** The file of the control machine that a command takes in while it runs; undefined: none. */
export function sourceOf(command: Command | undefined): string | undefined {
  if (command?.kind === 'feed') return command.source;
  const isStreamed = command?.kind === 'write' && command.body instanceof LocalFile;
  return isStreamed ? command.body.path : undefined;
}

/** The command that has the host booted, where one does. */
export function bootIn(commands: readonly Command[]): Boot | undefined {
  return commands.find((command) => command.kind === 'boot');
}

/** The same command for people to read: dots for what is secret in it. */
export function withDots(command: Command): Command {
  const shown = (text: Text) => (text instanceof Secret ? DOTS : text);
  if (command.kind === 'write' && command.body instanceof Secret) return { ...command, body: DOTS };
  if (command.kind !== 'run') return command;
  const { script, undo } = command;
  return { ...command, script: shown(script), ...(undo && { undo: shown(undo) }) };
}

export function titleOf(command: Command): string {
  if ('title' in command) return command.title;
  return `${command.kind} ${command.kind === 'save' ? command.to : command.path}`;
}

/** Of the process as a whole: what is tried must write nothing here, whichever task does, and whoever looks for it. */
let apart = '';

/** Has files of the control machine that tasks write be below a folder from here on, and looked for there alone. */
export function writeApart(folder: string): void {
  apart = folder;
}

/** Where a file of the control machine is that a task writes. */
export function placeOf(path: string): string {
  return apart === '' ? path : apart + resolve(path);
}
