import type { Command } from 'commander';

/** Is told the exit code of the command that ran. */
export type Done = (exitCode: number) => void;

/** A file of `commands/`, which is loaded when its command is named. */
export interface CommandFile {
  /** Gives the command its arguments, its flags, and what it does. */
  define(command: Command, done: Done): void;
}
