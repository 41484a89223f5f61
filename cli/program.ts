import { Command, CommanderError } from 'commander';
import type { CommandFile, Done } from './command-file.ts';
import { versionOfPackage } from './package.ts';

/** Runs one command line, and gives its exit code. Failures are thrown. */
export async function program(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const rota = overview();
  try {
    await addCommands(rota, named(argv), (code) => {
      exitCode = code;
    });
    await rota.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode;
  }
  return exitCode;
}

interface Entry {
  readonly summary: string;
  load(): Promise<CommandFile>;
}

/** In the order of the help. */
const COMMANDS: Readonly<Record<string, Entry>> = {
  init: {
    summary: 'write a commented inventory for a new ring, of flags or as an example',
    load: () => import('./commands/init.ts'),
  },
  deploy: {
    summary:
      'put the inventory into effect: image, sysctls, configuration, static pod; then verify',
    load: () => import('./commands/deploy.ts'),
  },
  image: {
    summary: 'build the image on this machine, and push or save it; connect to no host',
    load: () => import('./commands/image.ts'),
  },
  run: {
    summary: 'put a playbook of your own into effect',
    load: () => import('./commands/run.ts'),
  },
  show: {
    summary: 'print a saved plan: what would be changed, who made it when, its impact',
    load: () => import('./commands/show.ts'),
  },
  apply: {
    summary: 'do exactly what a saved plan says, once; or nothing, when a host has changed since',
    load: () => import('./commands/apply.ts'),
  },
  drain: {
    summary: 'move the VIPs off nodes, and keep them off over reboots and deploys',
    load: () => import('./commands/drain.ts'),
  },
  undrain: {
    summary: 'bring drained nodes back on duty, as deploy would have them; then verify',
    load: () => import('./commands/undrain.ts'),
  },
  status: {
    summary: 'one look at every node: what runs, who holds what, who is drained',
    load: () => import('./commands/status.ts'),
  },
  remove: {
    summary: 'take nodes out of their rings, and what rota has put on them away',
    load: () => import('./commands/remove.ts'),
  },
  verify: {
    summary: 'are the VIPs where they belong? Changes nothing',
    load: () => import('./commands/verify.ts'),
  },
  render: {
    summary: 'print the files that would be on a host, connecting nowhere',
    load: () => import('./commands/render.ts'),
  },
  lint: {
    summary: 'say all that can be found wrong without connecting',
    load: () => import('./commands/lint.ts'),
  },
  inventory: {
    summary: 'show the hosts, groups and variables of an inventory, connecting nowhere',
    load: () => import('./commands/inventory.ts'),
  },
  drill: {
    summary:
      'let the holder of each VIP fail in turn, and measure how the VIP moves and comes back',
    load: () => import('./commands/drill.ts'),
  },
  exec: {
    summary: 'run a command on many hosts at once, and show what they print, the same once',
    load: () => import('./commands/exec.ts'),
  },
  history: {
    summary: 'list the runs that the nodes know: when, who, what, and how it came out',
    load: () => import('./commands/history.ts'),
  },
  rollback: {
    summary: 'undo an earlier run, as a rolling change with the same gates',
    load: () => import('./commands/rollback.ts'),
  },
  unlock: {
    summary: 'take the leases of runs that died away; a new run does so by itself',
    load: () => import('./commands/unlock.ts'),
  },
  schema: {
    summary: 'print the JSON Schema of inventories, for editors',
    load: () => import('./commands/schema.ts'),
  },
};

function overview(): Command {
  return new Command('rota')
    .description(
      'Puts playbooks into effect over SSH. The first of them: keepalived on the controllers of an HA cluster, every virtual IP held by exactly one of them.',
    )
    .version(versionOfPackage(), '-V, --version')
    .exitOverride()
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .showHelpAfterError('(rota --help, or rota COMMAND --help, says more)')
    .addHelpText('after', EXIT_CODES);
}

/** The command that a command line names, also where it asks for its help; undefined when none. */
function named(argv: readonly string[]): string | undefined {
  return argv.find((word) => !word.startsWith('-') && word !== 'help');
}

/** Adds all commands by their names, and loads the file of the one that is called. */
async function addCommands(rota: Command, called: string | undefined, done: Done): Promise<void> {
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    const command = rota.command(name).description(summary);
    if (name === called) (await load()).define(command, done);
  }
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
