import { Command, CommanderError } from 'commander';
import { addDrill } from './drill-command.ts';
import { addDutyCommands } from './duty-commands.ts';
import { addExecCommand } from './exec-command.ts';
import { execute, type RunOptions } from './execute.ts';
import { findPlaybook } from './find-playbook.ts';
import { addInitCommand } from './init-command.ts';
import { addInventoryCommand } from './inventory-command.ts';
import { addInventory, type InventoryFlags, requestOf } from './inventory-options.ts';
import { lint } from './lint.ts';
import { versionOfPackage } from './package.ts';
import { addPlanCommands } from './plan-commands.ts';
import { addRemoveCommand } from './remove-command.ts';
import { type RenderOptions, render } from './render.ts';
import { addRolloutOptions } from './rollout-options.ts';
import { addRunCommands } from './run-commands.ts';
import { addRunOptions } from './run-options.ts';
import { addSchemaCommand } from './schema-command.ts';

/** Runs one command line, and gives its exit code. Failures are thrown. */
export async function program(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const rota = describe((code) => {
    exitCode = code;
  });
  try {
    await rota.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode;
  }
  return exitCode;
}

type Done = (exitCode: number) => void;

function describe(done: Done): Command {
  const rota = new Command('rota')
    .description(
      'Puts playbooks into effect over SSH. The first of them: keepalived on the controllers of an HA cluster, every virtual IP held by exactly one of them.',
    )
    .version(versionOfPackage(), '-V, --version')
    .exitOverride()
    .showHelpAfterError('(rota --help, or rota COMMAND --help, says more)')
    .addHelpText('after', EXIT_CODES);
  addInitCommand(rota, done);
  addRuns(rota, done);
  addPlanCommands(rota, done);
  addDutyCommands(rota, done);
  addRemoveCommand(rota, done);
  addLooks(rota, done);
  addInventoryCommand(rota, done);
  addDrill(rota, done);
  addExecCommand(rota, done);
  addRunCommands(rota, done);
  addSchemaCommand(rota, done);
  return rota;
}

function addRuns(rota: Command, done: Done): void {
  addRolloutOptions(addRunOptions(rota.command('deploy')))
    .description(
      'put the inventory into effect: image, sysctls, configuration, static pod; then verify',
    )
    .action(async (inventory: string, options: RunOptions) =>
      done(await execute({ command: 'deploy' }, requestOf(inventory, options), options)),
    );
  addRunOptions(rota.command('image'))
    .description('build the image on this machine, and push or save it; connect to no host')
    .action(async (inventory: string, options: RunOptions) =>
      done(await execute({ command: 'image' }, requestOf(inventory, options), options)),
    );
  addRolloutOptions(
    addRunOptions(
      rota
        .command('run')
        .argument('<playbook>', 'a playbook of your own, such as playbooks/mine.ts'),
    ),
  )
    .description('put a playbook of your own into effect')
    .action(async (path: string, inventory: string, options: RunOptions) =>
      done(await execute({ command: 'run', path }, requestOf(inventory, options), options)),
    );
}

function addLooks(rota: Command, done: Done): void {
  addInventory(rota.command('verify'))
    .description('are the VIPs where they belong? Changes nothing')
    .option('--json', 'print every event as a line of JSON')
    .action(async (inventory: string, options: RunOptions) =>
      done(
        await execute({ command: 'deploy' }, requestOf(inventory, options), {
          ...options,
          verify: true,
        }),
      ),
    );
  addInventory(rota.command('render'))
    .description('print the files that would be on a host, connecting nowhere')
    .requiredOption('--host <name>', 'the host')
    .option('--path <file>', 'only this file, as it is')
    .action(async (inventory: string, options: RenderOptions & InventoryFlags) =>
      done(
        await render(
          await findPlaybook({ command: 'deploy' }),
          requestOf(inventory, options),
          options,
        ),
      ),
    );
  addInventory(rota.command('lint'))
    .description('say all that can be found wrong without connecting')
    .action(async (inventory: string, flags: InventoryFlags) =>
      done(await lint(await findPlaybook({ command: 'deploy' }), requestOf(inventory, flags))),
    );
}

const EXIT_CODES = `
Exit codes:
  0  done, or nothing to do        5   locked by another run
  1  a task failed, or the input   6   VIPs are not as they should be
     is wrong                      7   an undo failed: look at the host
  2  dry run: there are changes    70  a bug in rota
  3  drift: a host is no longer    130 interrupted
     what the plan saw
  4  a host is unreachable

Examples:
  rota deploy inventory/prod.yaml --dry-run
  rota deploy inventory/prod.yaml
  rota deploy inventory/prod.yaml --plan-out plan.json
  rota apply plan.json
  rota verify inventory/prod.yaml
  rota render inventory/prod.yaml --host node1 --path /etc/keepalived/keepalived.conf`;
