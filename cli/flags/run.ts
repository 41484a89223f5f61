import { type Command, InvalidArgumentError, Option } from 'commander';
import type { SliceNumber } from '#engine/rollout/slices.ts';
import { addInventory } from './inventory.ts';
import { addRecordFlags } from './record.ts';
import { count } from './values.ts';

/** As many logins at once as are made the fastest. */
export const FORKS = 32;

/** The flags that choose hosts and tasks, as commander gives them. */
export interface ChoiceFlags {
  readonly limit?: string;
  readonly slice?: SliceNumber;
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly startAtTask?: string;
  readonly forks?: number;
  readonly listHosts?: boolean;
  readonly listTasks?: boolean;
  readonly listTags?: boolean;
}

/** Gives a command --limit. */
export function addLimit(command: Command, text = 'only these hosts, or those in @FILE'): Command {
  return command.option('-l, --limit <pattern>', text);
}

/** Gives a command --slice. */
export function addSlice(command: Command): Command {
  return command.option(
    '--slice <i/n>',
    'only the I-th of N slices, as rota slices cuts them; job/N in a Kubernetes Indexed Job',
    slice,
  );
}

/** Gives a command the flags by which workers do it. */
export function addVia(command: Command): Command {
  return command
    .option(
      '--via <url>',
      'have the workers of this queue of NATS do it, such as nats://queue:4222',
    )
    .option('--slice-size <n>', 'with --via: how many hosts a worker gets at once', count);
}

/** Gives a command --forks. */
export function addForks(command: Command): Command {
  return command.option('-f, --forks <n>', 'how many hosts are worked on at once', count, FORKS);
}

/** Gives a command that runs a playbook its flags. */
export function addRunFlags(command: Command): Command {
  addChoice(addInventory(command));
  return addRecordFlags(command)
    .option('--dry-run', 'show every change as a diff, make none; exit code 2 if there are any')
    .addOption(new Option('-C, --check', 'the same as --dry-run').implies({ dryRun: true }))
    .addOption(
      new Option('--summary', 'a dry run with a line per task in place of its diff').implies({
        dryRun: true,
      }),
    )
    .option('-D, --diff', 'show each change as a diff, when it was made')
    .addOption(new Option('--no-diff').hideHelp())
    .option('--plan-out <file>', 'a dry run whose plan is saved, for show and apply')
    .addOption(
      new Option('--confirm', 'show every change, and ask before the first one').conflicts([
        'dryRun',
        'planOut',
        'json',
      ]),
    )
    .addOption(
      new Option(
        '--retry-file <file>',
        'write the hosts that failed or were not done there, for --limit @FILE',
      ).conflicts(['dryRun', 'planOut']),
    );
}

/** The flags by which Ansible chooses what is done. */
function addChoice(command: Command): Command {
  command.optionsGroup('Choosing what is done:');
  addLimit(
    command,
    'change only these hosts, or those in @FILE; the others of a ring are still observed',
  );
  command
    .option('-t, --tags <tags>', 'only tasks with one of these tags; may be repeated', words)
    .option('--skip-tags <tags>', 'no task with one of these tags; may be repeated', words)
    .option(
      '--start-at, --start-at-task <title>',
      'no task before the one of this title, which may have * in it',
    )
    .option('--list-hosts', 'print the hosts that would be changed, and connect nowhere')
    .option('--list-tasks', 'print the tasks with their tags, and connect nowhere')
    .option('--list-tags', 'print the tags, and connect nowhere');
  return addForks(command).optionsGroup('Options:');
}

function words(text: string, before: readonly string[] = []): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  return [...before, ...names.filter((name) => name !== '')];
}

function slice(text: string): SliceNumber {
  const [, which = '', total] = /^(job|[1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(text) ?? [];
  const [index, count] = [which === 'job' ? ofJob() : Number(which), Number(total)];
  if (index >= 1 && index <= count) return { index, count };
  throw new InvalidArgumentError('Expected which of how many, such as 1/5 or 5/5, or job/5.');
}

/** Kubernetes counts from 0. */
function ofJob(): number {
  const index = process.env['JOB_COMPLETION_INDEX'] ?? '';
  if (/^\d{1,6}$/.test(index)) return Number(index) + 1;
  throw new InvalidArgumentError(
    'JOB_COMPLETION_INDEX has no number: it is set in the pods of an Indexed Job.',
  );
}
