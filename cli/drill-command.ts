import { type Command, Option } from 'commander';
import type { DrillFlags } from './drill.ts';
import { count } from './flag-values.ts';
import { addInventory, type InventoryFlags, requestOf } from './inventory-options.ts';

/** The command that lets nodes of a ring fail on purpose. */
export function addDrill(rota: Command, done: (exitCode: number) => void): void {
  const breakWith = new Option(
    '--break-with <command>',
    'let the node fail with a command of yours, which gets its name',
  ).conflicts('hard');
  addInventory(rota.command('drill'))
    .description(
      'let the holder of each VIP fail in turn, and measure how the VIP moves and comes back',
    )
    .option('--vip <n>', 'only the n-th VIP of each ring', count)
    .option('--hard', 'kill keepalived, where it is stopped gracefully otherwise')
    .addOption(breakWith)
    .option('--mend-with <command>', 'the command that mends the node again')
    .action(async (inventory: string, flags: DrillFlags & InventoryFlags) => {
      const { drill } = await import('./drill.ts');
      done(await drill(requestOf(inventory, flags), flags));
    });
}
