import type { Command } from 'commander';
import { Failure } from '#engine/model/failure.ts';
import { addInventory, requestOf } from './inventory-options.ts';
import type { LoadedOptions } from './run-loaded.ts';

/** Adds the command that takes nodes, or all of them, out of service for good. */
export function addRemoveCommand(rota: Command, done: (exitCode: number) => void): void {
  addInventory(rota.command('remove'))
    .argument('[hosts...]', 'hosts or groups of it, such as node4')
    .description('take nodes out of their rings, and what rota has put on them away')
    .option('--all', 'every node, with its VIPs and all that rota knows of it')
    .option('--dry-run', 'show every change, make none; exit code 2 if there are any')
    .option('--repair', 'also where a ring is not whole')
    .option('--allow-outage', 'also where VIPs are held that no node will hold then')
    .option('--json', 'print every event as a line of JSON')
    .action(
      async (
        inventory: string,
        hosts: readonly string[],
        options: LoadedOptions & { readonly all?: boolean },
      ) => {
        if ((options.all === true) === hosts.length > 0) throw whichOnes();
        const { remove, removeAll } = await import('./remove.ts');
        done(
          options.all
            ? await removeAll(requestOf(inventory, options), options)
            : await remove(requestOf(inventory, options), hosts, options),
        );
      },
    );
}

function whichOnes(): Failure {
  return new Failure('It is not clear which nodes are to be removed', {
    fix: 'Name them, or say --all: npm run remove -- INVENTORY node4',
  });
}
