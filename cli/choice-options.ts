import { type Command, InvalidArgumentError } from 'commander';

/** As many logins at once as are made the fastest. */
const FORKS = 32;

/** Gives a command --limit. */
export function addLimit(command: Command): Command {
  return command.option('-l, --limit <pattern>', 'only these hosts, or those in @FILE');
}

/** Gives a command --forks. */
export function addForks(command: Command): Command {
  return command.option('-f, --forks <n>', 'how many hosts are worked on at once', count, FORKS);
}

function count(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number from 1 on.');
}
