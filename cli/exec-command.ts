import { type Command, InvalidArgumentError } from 'commander';
import { addForks, addLimit } from './choice-options.ts';
import type { ExecFlags } from './exec.ts';
import { addInventory, type InventoryFlags, requestOf } from './inventory-options.ts';

/** Adds `rota exec`. */
export function addExecCommand(rota: Command, done: (exitCode: number) => void): void {
  const exec = rota
    .command('exec')
    .argument('<pattern>', 'the hosts, such as all, web:&db or ~n\\d');
  addForks(addLimit(addInventory(exec)))
    .argument(
      '[command...]',
      'after --: one word is a shell line, several are a program and its arguments',
    )
    .description('run a command on many hosts at once, and show what they print, the same once')
    .usage('[options] <pattern> <inventory> -- <command...>')
    .option('--timeout <seconds>', 'end the command on a host where it takes longer', seconds)
    .option('--list-hosts', 'print the hosts, one a line, and connect nowhere')
    .option('--json', 'print a line of JSON per host, as it ends')
    .addHelpText('after', EXIT_CODES)
    .action(
      async (
        pattern: string,
        inventory: string,
        words: readonly string[],
        flags: ExecFlags & InventoryFlags,
      ) => {
        const { exec: run } = await import('./exec.ts');
        done(await run({ inventory: requestOf(inventory, flags), pattern, words }, flags));
      },
    );
}

/** Milliseconds. */
function seconds(text: string): number {
  const number = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && number > 0 && number <= 86_400) return number * 1000;
  throw new InvalidArgumentError('Expected seconds, such as 10 or 0.5, up to a day.');
}

const EXIT_CODES = `
Exit codes:
  130 when interrupted, else 4 when a host is out of reach, else the largest of the hosts' own;
  124 where --timeout has ended the command, and 128 + n where signal n has.

Examples:
  rota exec all inventory/prod.yaml -- uptime
  rota exec 'controllers[0]' inventory/prod.yaml -- 'ip -br addr | grep fd02'`;
