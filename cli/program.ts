import { Command, CommanderError } from 'commander';
import { type Failure, failuresOf } from '#engine/model/failure.ts';
import { BUG_EXIT_CODE, exitCodeOfFailures } from '#engine/report/exit-code.ts';
import { versionOfPackage } from './package.ts';
import { tellMeanwhile } from './streams.ts';

/** Is told the exit code of the command that ran. */
export type OnExitCode = (exitCode: number) => void;

/** A file of `commands/`, which is loaded when its command is named. */
export interface CommandFile {
  /**
   * Gives the command its arguments and flags. What it gives back does the command, for its exit code;
   * one that is made of others gives back nothing, and each of those tells its own.
   */
  define(
    command: Command,
    done: OnExitCode,
  ): ((...args: readonly unknown[]) => Promise<number>) | undefined;
}

/** Runs one command line, says what went wrong, and gives its exit code. */
export async function commandLine(argv: readonly string[]): Promise<number> {
  return await program(argv).catch(tellError);
}

/** Prints what was thrown, and gives its exit code. */
export async function tellError(error: unknown): Promise<number> {
  try {
    const failures = failuresOf(error);
    // Loaded with the first: a run that succeeds does without it.
    const { printFailures } = await import('./print.ts');
    printFailures(failures);
    return exitCodeOfFailures(failures);
  } catch {
    const { faultOf } = await import('./faults.ts');
    const fault = faultOf(error);
    if (fault !== error) return await tellError(fault);
    const stack = error instanceof Error ? error.stack : String(error);
    process.stderr.write(`${stack}\n\nThis is a bug in rota, not in what you did.\n`);
    return BUG_EXIT_CODE;
  }
}

/** For a command that prints one object, in which what is wrong is, too. */
async function tellAsJson(errors: readonly Failure[]): Promise<number> {
  const { printJson } = await import('./print.ts');
  await printJson({ errors });
  return exitCodeOfFailures(errors);
}

async function program(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const rota = overview();
  try {
    const called = named(argv);
    if (called !== undefined && called in SUMMARIES) tellMeanwhile(`rota ${called}`);
    await addCommands(
      rota,
      (name) => name === called,
      (code) => {
        exitCode = code;
      },
    );
    await rota.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    const called = rota.commands.find((command) => command.name() === named(argv));
    const { ONE_OBJECT } = await import('./flags/values.ts');
    if (called?.opts()['json'] !== ONE_OBJECT) throw error;
    return await tellAsJson(failuresOf(error));
  }
  return exitCode;
}

/** What each command does, in the order of the help. */
const SUMMARIES: Readonly<Record<string, string>> = {
  new: 'make a repository of your own: a playbook, a task, a test, an inventory',
  init: 'write a commented inventory for a new ring, of flags or as an example',
  deploy: 'put the inventory into effect: image, sysctls, configuration, static pod; then verify',
  image: 'build the image on this machine, and push or save it; connect to no host',
  run: 'put a playbook of your own into effect',
  prove:
    'try on disposable hosts what a playbook promises: dry run, second run, kills, undo, secrets',
  show: 'print a saved plan: what would be changed, who made it when, its impact',
  apply: 'do exactly what a saved plan says, once; or nothing, when a host has changed since',
  drain: 'move the VIPs off nodes, and keep them off over reboots and deploys',
  undrain: 'bring drained nodes back on duty, as deploy would have them; then verify',
  slices: 'cut the hosts into parts for several processes: of a CI matrix, of a Kubernetes Job',
  work: 'do slices of runs that others begin with --via, as they come out of a queue of NATS',
  attach: 'take the view of a run up again whose --via has died, and let its workers go on',
  status:
    'who holds what, since when, who is next: one look, --watch in place, or --serve as a page',
  remove: 'take nodes out of their rings, and what rota has put on them away',
  verify: 'are the VIPs where they belong? Changes nothing',
  render: 'print the files that would be on a host, connecting nowhere',
  lint: 'say all that can be found wrong without connecting',
  inventory: 'show the hosts, groups and variables of an inventory, connecting nowhere',
  drill: 'let the holder of each VIP fail in turn, and measure how the VIP moves and comes back',
  exec: 'run a command on many hosts at once, and show what they print, the same once',
  history: 'list the runs that the nodes know: when, who, what, and how it came out',
  runs: 'list the runs that you have made on this machine, or show one as it was',
  report: 'write reports of a run that has ended, or of several as one',
  rollback: 'undo an earlier run, as a rolling change with the same gates',
  unlock: 'take the leases of runs that died away; a new run does so by itself',
  schema: 'print the JSON Schema of inventories, for editors',
  complete: 'print what has bash, zsh or fish complete the command line of rota',
  lab: 'nodes on this machine to try things on: sshd, podman, a kubelet stand-in, and a fabric',
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

/** The program with the arguments and flags of all its commands, for what tells of them. */
export async function wholeProgram(): Promise<Command> {
  const rota = overview();
  await addCommands(
    rota,
    () => true,
    () => {},
  );
  return rota;
}

/** Adds all commands by their names, and loads the files of those that are called. */
async function addCommands(
  rota: Command,
  isCalled: (name: string) => boolean,
  done: OnExitCode,
): Promise<void> {
  for (const [name, summary] of Object.entries(SUMMARIES)) {
    const command = rota.command(name).description(summary);
    if (!isCalled(name)) continue;
    const { define } = await commandFile(name);
    const act = define(command, done);
    if (command.options.some(({ long }) => long === '--json')) pointToJson(command);
    if (act !== undefined) command.action(async (...args) => done(await act(...args)));
  }
}

/** Loads what a command is. */
export async function commandFile(name: string): Promise<CommandFile> {
  return await import(`./commands/${name}.ts`);
}

/** Where others have --output json, or --format. */
function pointToJson(command: Command): void {
  command.configureOutput({
    outputError: (text, write) => {
      const isOther = /unknown option '(?:-o|--output|--format)\b/.test(text);
      write(isOther ? text.replace('\n', '\n(For JSON there is --json)\n') : text);
    },
  });
}

const EXIT_CODES = `
Exit codes:
  0  done, or nothing to do        5   locked by another run
  1  a task failed, or the input   6   a gate or verify does not hold
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
