import type { Command } from 'commander';
import { type ApplyOptions, apply } from './apply.ts';
import { addConnection, type ConnectionFlags, connectionDefaults } from './connection-options.ts';
import { duration } from './duration.ts';
import { addExtraVariables } from './inventory-options.ts';
import { show } from './show.ts';
import { addVaultOptions, type VaultFlags, vaultOf } from './vault-options.ts';

/** Adds the commands that take a saved plan. */
export function addPlanCommands(rota: Command, done: (exitCode: number) => void): void {
  rota
    .command('show')
    .argument('<plan>', 'a file that --plan-out wrote')
    .description('print a saved plan: what would be changed, who made it when, its impact')
    .action(async (path: string) => done(await show(path)));
  addExtraVariables(addConnection(addVaultOptions(rota.command('apply'))))
    .argument('<plan>', 'a file that --plan-out wrote')
    .description(
      'do exactly what a saved plan says, once; or nothing, when a host has changed since',
    )
    .option('--max-age <time>', 'refuse a plan that is older; 1d, when left out', duration)
    .option('--json', 'print every event as a line of JSON')
    .action(async (path: string, options: Partial<ApplyOptions> & ConnectionFlags & VaultFlags) =>
      done(
        await apply(path, {
          maxAge: duration('1d'),
          ...options,
          defaults: connectionDefaults(options),
          vault: vaultOf(options),
        }),
      ),
    );
}
