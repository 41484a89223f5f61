import type { Command } from 'commander';
import { addLimit } from './choice-options.ts';
import { addInventory, type InventoryFlags, requestOf } from './inventory-options.ts';
import { addRolloutOptions } from './rollout-options.ts';
import type { LoadedOptions } from './run-loaded.ts';

/** Commands about earlier runs: what the nodes know of them, and the leases that they left. */
export function addRunCommands(rota: Command, done: (exitCode: number) => void): void {
  addInventory(rota.command('history'))
    .description('list the runs that the nodes know: when, who, what, and how it came out')
    .option('--json', 'print JSON')
    .action(async (inventory: string, options: InventoryFlags & { json?: boolean }) => {
      const { history } = await import('./history.ts');
      done(await history(requestOf(inventory, options), options));
    });
  addRolloutOptions(
    addInventory(rota.command('rollback')).argument(
      '[run]',
      'a run of the history; the last one that is still in force, when left out',
    ),
  )
    .description('undo an earlier run, as a rolling change with the same gates')
    .option('--dry-run', 'show every change, make none; exit code 2 if there are any')
    .option('--json', 'print every event as a line of JSON')
    .action(async (inventory: string, run: string | undefined, options: LoadedOptions) => {
      const { rollback } = await import('./rollback.ts');
      done(await rollback(requestOf(inventory, options), run, options));
    });
  addLimit(addInventory(rota.command('unlock')))
    .description('take the leases of runs that died away; a new run does so by itself')
    .option('--force', 'also that of a run that lives: its nodes then undo what it has changed')
    .action(
      async (inventory: string, options: InventoryFlags & { limit?: string; force?: boolean }) => {
        const { unlock } = await import('./unlock.ts');
        done(await unlock(requestOf(inventory, options), options));
      },
    );
}
