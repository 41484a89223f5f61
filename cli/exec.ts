import { selectHosts } from '#engine/inventory/patterns.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import type { HostExit } from '#engine/model/host-exit.ts';
import { exitAsJson, exitCodeOfExits, groupedOutput, type Shown } from '#engine/report/exec.ts';
import { paintFor } from '#engine/report/paint.ts';
import { execOnHosts } from '#engine/run/exec-hosts.ts';
import { sh } from '#engine/shell/quote.ts';
import { connectAtMost } from '#engine/transport/connect.ts';
import { RemoteJob } from '#engine/transport/remote-job.ts';
import { ExecProgress } from './exec-progress.ts';
import { stopOnInterrupt } from './interrupt.ts';
import type { InventoryRequest } from './inventory-options.ts';
import { limitTo } from './limit.ts';
import { openInventory } from './open-inventory.ts';
import { prepareConnections } from './prepare-connections.ts';
import { printFailures, printWarnings } from './print.ts';

/** The flags of `rota exec`, as commander gives them. */
export interface ExecFlags {
  readonly limit?: string;
  readonly forks: number;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly listHosts?: boolean;
  readonly json?: boolean;
}

/** What is to run, and where. */
export interface ExecRequest {
  readonly inventory: InventoryRequest;
  readonly pattern: string;
  /** One word is a line for the shell; several are a program with its arguments. */
  readonly words: readonly string[];
}

/** Runs a command on the hosts of a pattern, shows what it printed, and gives the exit code. */
export async function exec(request: ExecRequest, flags: ExecFlags): Promise<number> {
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
  await prepareConnections(hosts);
  const progress = new ExecProgress(hosts.map(({ name }) => name));
  const { forks, timeout, json = false } = flags;
  const exits = await execOnHosts({
    hosts,
    command: commandOf(request.words),
    connect: connectAtMost(forks),
    jobOn: (session, command) => new RemoteJob(session, command),
    forks,
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    stop: stopOnInterrupt(),
    onExit: (exit) => {
      progress.ended(exit.host);
      if (json) process.stdout.write(`${exitAsJson(exit)}\n`);
    },
  });
  progress.end();
  if (!json) show(exits);
  return exitCodeOfExits(exits);
}

async function hostsOf(
  { inventory: request, pattern }: ExecRequest,
  { limit }: ExecFlags,
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
  return limited.hosts;
}

/** Words that the user's own shell has taken apart are put together as they were. */
function commandOf(words: readonly string[]): string {
  const [line = ''] = words;
  return words.length === 1 ? line : sh`${words}`;
}

function show(exits: readonly HostExit[]): void {
  process.stdout.write(groupedOutput(exits, 'stdout', shownOn(process.stdout)));
  process.stderr.write(groupedOutput(exits, 'stderr', shownOn(process.stderr)));
  const failures = exits.flatMap(({ failure, status }) =>
    failure === undefined || status !== undefined ? [] : [failure],
  );
  if (failures.length > 0) printFailures(failures);
}

function shownOn(stream: NodeJS.WriteStream): Shown {
  return { forTerminal: stream.isTTY === true, paint: paintFor(stream) };
}
