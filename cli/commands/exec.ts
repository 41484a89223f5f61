import { type Command, InvalidArgumentError } from 'commander';
import { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import {
  ExecOutput,
  exitAsJson,
  exitCodeOfExits,
  failuresIn,
  type HostExit,
  type Shown,
} from '#engine/report/exec.ts';
import { paintFor } from '#engine/report/paint.ts';
import type { SliceNumber } from '#engine/rollout/slices.ts';
import { sh } from '#engine/shell/quote.ts';
import { selectHosts } from '#lib/ansible-inventory/index.ts';
import { Connections } from '#lib/ssh/index.ts';
import { execOnHosts } from '../exec-hosts.ts';
import { ExecProgress } from '../exec-progress.ts';
import { addInventory, type InventoryFlags, requestOf } from '../flags/inventory.ts';
import { limitsOf } from '../flags/limits.ts';
import { addForks, addLimit, addSlice } from '../flags/run.ts';
import { stopOnInterrupt } from '../interrupt.ts';
import { type InventoryRequest, limitTo, openInventory } from '../open-inventory.ts';
import { prepareConnections } from '../prepare-connections.ts';
import { columnsOf, printFailures, printWarnings } from '../print.ts';

interface ExecFlags extends InventoryFlags {
  readonly limit?: string;
  readonly slice?: SliceNumber;
  readonly forks: number;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly listHosts?: boolean;
  readonly json?: boolean;
}

/** What is to run, and where. */
interface ExecRequest {
  readonly inventory: InventoryRequest;
  readonly pattern: string;
  /** One word is a line for the shell; several are a program with its arguments. */
  readonly words: readonly string[];
}

export function define(command: Command) {
  command.argument('<pattern>', 'the hosts, such as all, web:&db or ~n\\d');
  addForks(addSlice(addLimit(addInventory(command))))
    .argument(
      '[command...]',
      'after --: one word is a shell line, several are a program and its arguments',
    )
    .usage('[options] <pattern> <inventory> -- <command...>')
    .option('--timeout <seconds>', 'end the command on a host where it takes longer', seconds)
    .option('--list-hosts', 'print the hosts, one a line, and connect nowhere')
    .option('--json', 'print a line of JSON per host, as it ends')
    .addHelpText('after', EXIT_CODES);
  return async (pattern: string, inventory: string, words: readonly string[], flags: ExecFlags) =>
    await exec({ inventory: requestOf(inventory, flags), pattern, words }, flags);
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

Workers of a queue (--via) do runs alone: a command may do harm where it runs twice.

Examples:
  rota exec all inventory/prod.yaml -- uptime
  rota exec 'controllers[0]' inventory/prod.yaml -- 'ip -br addr | grep fd02'`;

/** Runs a command on the hosts of a pattern, shows what it printed, and gives the exit code. */
async function exec(request: ExecRequest, flags: ExecFlags): Promise<number> {
  const hosts = await hostsOf(request, flags);
  if (flags.listHosts) {
    for (const { name } of hosts) process.stdout.write(`${name}\n`);
    return 0;
  }
  if (request.words.length === 0)
    throw new Failure('There is no command to run', {
      where: `rota exec ${request.pattern}`,
      fix: "Give it after --: rota exec PATTERN INVENTORY -- uptime, or -- 'a line for the shell'",
    });
  await using connections = new Connections(flags.forks, limitsOf(flags));
  await prepareConnections(connections, hosts);
  const progress = new ExecProgress(hosts.map(({ name }) => name));
  const { forks, timeout, json = false } = flags;
  const output = new Shower(hosts.map(({ name }) => name));
  const show = (exit: HostExit) => {
    if (json) process.stdout.write(`${exitAsJson(exit)}\n`);
    else output.tell(exit);
  };
  const exits = await execOnHosts({
    hosts,
    command: commandOf(request.words),
    connect: async (host) => await connections.connect(host),
    forks,
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    stop: stopOnInterrupt(),
    onExit: (exit) => {
      progress.ended(exit.host);
      show(exit);
    },
  });
  progress.end();
  if (!json) output.end();
  return exitCodeOfExits(exits);
}

async function hostsOf(
  { inventory: request, pattern }: ExecRequest,
  { limit, slice }: ExecFlags,
): Promise<readonly Host[]> {
  const inventory = await openInventory(request);
  const selection = selectHosts(inventory, pattern);
  const limited = await limitTo(inventory, selection.hosts, limit);
  printWarnings([...inventory.warnings, ...selection.warnings, ...limited.warnings]);
  if (limited.hosts.length === 0)
    throw new Failure('The pattern leaves no host', {
      where: `pattern ${pattern}`,
      fix: 'See which hosts there are: rota inventory INVENTORY --graph',
    });
  return slice === undefined ? limited.hosts : await partOf(slice, limited.hosts);
}

async function partOf(slice: SliceNumber, hosts: readonly Host[]): Promise<readonly Host[]> {
  const { takeSlice } = await import('#engine/rollout/slices.ts');
  const { names, warnings } = takeSlice(
    slice,
    hosts.map(({ name }) => [name]),
  );
  printWarnings(warnings);
  return hosts.filter(({ name }) => names.includes(name));
}

/** Words that the user's own shell has taken apart are put together as they were. */
function commandOf(words: readonly string[]): string {
  const [line = ''] = words;
  return words.length === 1 ? line : sh`${words}`;
}

/** Writes what hosts print as it comes in, and at the end what there is to say of them. */
class Shower {
  readonly #hosts: readonly string[];
  readonly #stdout = new ExecOutput('stdout', shownOn(process.stdout));
  readonly #stderr = new ExecOutput('stderr', shownOn(process.stderr));
  readonly #failures: Failure[] = [];

  constructor(hosts: readonly string[]) {
    this.#hosts = hosts;
  }

  tell(exit: HostExit): void {
    process.stdout.write(this.#stdout.tell(exit));
    process.stderr.write(this.#stderr.tell(exit));
    this.#failures.push(...failuresIn(exit));
  }

  end(): void {
    process.stdout.write(this.#stdout.rest(this.#hosts));
    process.stderr.write(this.#stderr.rest(this.#hosts));
    if (this.#failures.length > 0) printFailures(this.#failures);
  }
}

function shownOn(stream: NodeJS.WriteStream): Shown {
  return { columns: columnsOf(stream), paint: paintFor(stream) };
}
