import type { Command } from 'commander';
import type { PlaybookName } from '../find-playbook.ts';

/** Which playbook is looked at, as commander gives it. */
export interface PlaybookFlags {
  readonly playbook?: string;
}

/** Gives a command that runs nothing --playbook: its argument is the inventory. */
export function addPlaybook(
  command: Command,
  text = 'a playbook of your own; that of deploy, when left out',
): Command {
  return command.option('--playbook <file>', text);
}

/** The playbook of --playbook, else that of deploy. */
export function playbookNamed({ playbook: path }: PlaybookFlags): PlaybookName {
  return path === undefined ? { command: 'deploy' } : { command: 'run', path };
}
