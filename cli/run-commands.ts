import type { Command } from 'commander';

/** Commands about earlier runs: what the nodes know of them, and the leases that they left. */
export function addRunCommands(rota: Command, done: (exitCode: number) => void): void {
  const argument = ['<inventory>', 'the inventory'] as const;
  rota
    .command('history')
    .argument(...argument)
    .description('list the runs that the nodes know: when, who, what, and how it came out')
    .option('--json', 'print JSON')
    .action(async (inventory: string, options: { json?: boolean }) => {
      const { history } = await import('./history.ts');
      done(await history(inventory, options));
    });
  rota
    .command('unlock')
    .argument(...argument)
    .description('take the leases of runs that died away; a new run does so by itself')
    .option('--limit <pattern>', 'only on these hosts')
    .option('--force', 'also that of a run that lives: its nodes then undo what it has changed')
    .action(async (inventory: string, options: { limit?: string; force?: boolean }) => {
      const { unlock } = await import('./unlock.ts');
      done(await unlock(inventory, options));
    });
}
