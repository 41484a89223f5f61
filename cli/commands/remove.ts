import type { Command } from 'commander';
import { Answers } from '#engine/model/answers.ts';
import { Failure, Failures } from '#engine/model/failure.ts';
import { formatOrigin, type Host } from '#engine/model/host.ts';
import type { Playbook } from '#engine/model/playbook.ts';
import { Connections } from '#lib/ssh/index.ts';
import * as departure from '#playbooks/departure.ts';
import deploy from '#playbooks/deploy.ts';
import * as removal from '#playbooks/removal.ts';
import type { Node } from '#playbooks/status.ts';
import { addInventory, requestOf } from '../flags/inventory.ts';
import { limitsOf } from '../flags/limits.ts';
import { forget } from '../forget.ts';
import { load } from '../load.ts';
import { lookAt } from '../look.ts';
import type { InventoryRequest } from '../open-inventory.ts';
import { printWarnings } from '../print.ts';
import type { RunFlags } from '../run-loaded.ts';
import { showRun } from '../show-run.ts';

interface RemoveFlags extends RunFlags {
  readonly all?: boolean;
}

export function define(command: Command) {
  addInventory(command)
    .argument('[hosts...]', 'hosts or groups of it, such as node4')
    .option('--all', 'every node, with its VIPs and all that rota knows of it')
    .option('--dry-run', 'show every change, make none; exit code 2 if there are any')
    .option('--repair', 'also where a ring is not whole')
    .option('--allow-outage', 'also where VIPs are held that no node will hold then')
    .option('--json', 'print every event as a line of JSON');
  return async (inventory: string, hosts: readonly string[], flags: RemoveFlags) => {
    if ((flags.all === true) === hosts.length > 0) throw whichOnes();
    const request = requestOf(inventory, flags);
    return await (flags.all ? removeAll(request, flags) : remove(request, hosts, flags));
  };
}

function whichOnes(): Failure {
  return new Failure('It is not clear which nodes are to be removed', {
    fix: 'Name them, or say --all: npm run remove -- INVENTORY node4',
  });
}

/**
 * Takes nodes out of their rings: hands their VIPs over and ends their pods, has the others forget them,
 * and clears away what rota has put on them. Each step finds what an interrupted run before has done, and
 * goes on.
 */
async function remove(
  inventory: InventoryRequest,
  hosts: readonly string[],
  options: RunFlags,
): Promise<number> {
  const loaded = await load(deploy, inventory, { limit: hosts.join(',') });
  const leaving = loaded.targets;
  const members = removal.affectedBy(leaving, loaded.members);
  await using connections = new Connections(undefined, limitsOf(options));
  const { dead, running } = await lookAtDuty(connections, members);
  const staying = departure.stayingOf(leaving, members);
  refuse([
    ...removal.emptied(leaving, members),
    ...(deploy.lint?.(staying) ?? []),
    ...[...dead].flatMap(([name, failure]) => (leaving.has(name) ? [] : [failure])),
  ]);
  printWarnings([...loaded.warnings, ...leftBehind(members, dead)]);
  const alive = members.filter(({ host }) => !dead.has(host.name));
  const going = namesOf(alive).intersection(leaving);
  const lost = removal.vipsLost(leaving, members);
  if (!options.json) tellLost(lost);
  const code = await inTurn(
    { ...options, connections, sources: inventory.sources, localHost: loaded.localHost },
    [
      [
        departure.partFrom({ leaving, left: going.difference(running) }),
        alive,
        going.size > 0 ? namesOf(alive) : going,
      ],
      [options.dryRun ? departure.withoutForecast : deploy, staying, namesOf(staying)],
      [removal.cleanUp, alive.filter(({ host }) => going.has(host.name)), going],
    ],
  );
  if (code === 0 && !options.json)
    tellInventory(members.filter(({ host }) => leaving.has(host.name)));
  return code;
}

/** Takes everything down on every host of the inventory, and leaves nothing of rota behind. */
async function removeAll(inventory: InventoryRequest, options: RunFlags): Promise<number> {
  const { members, warnings } = await load(deploy, inventory);
  await using connections = new Connections(undefined, limitsOf(options));
  const { dead } = await lookAtDuty(connections, members);
  const alive = members.filter(({ host }) => !dead.has(host.name));
  if (!options.allowOutage) refuse(await held(connections, alive));
  printWarnings([...warnings, ...leftBehind(members, dead)]);
  const code = await inTurn({ ...options, connections, sources: inventory.sources }, [
    [removal.cleanUp, alive, namesOf(alive)],
  ]);
  const hosts = alive.map(({ host }) => host);
  if (code === 0 && !options.dryRun) await forget(connections, hosts);
  return code;
}

interface RemovalOptions extends RunFlags {
  readonly connections: Connections;
  readonly sources: readonly string[];
  readonly localHost?: Host | undefined;
}

type RemovalStep = readonly [Playbook<Node['vars']>, readonly Node[], ReadonlySet<string>];

/** Until one of them fails. A dry run shows them all, since none waits for what another changes. */
async function inTurn(
  { localHost, connections, sources, ...options }: RemovalOptions,
  steps: readonly RemovalStep[],
): Promise<number> {
  let code = 0;
  for (const [playbook, members, targets] of steps) {
    if (targets.size === 0) continue;
    const loaded = { playbook, sources, members, targets, warnings: [], localHost };
    const ended = await showRun(loaded, connections, options);
    if (ended !== 0 && !(options.dryRun && ended === 2)) return ended;
    code = Math.max(code, ended);
  }
  return code;
}

function refuse(reasons: readonly Failure[]): void {
  if (reasons.length > 0) throw new Failures(reasons);
}

interface Duty {
  /** Why nodes cannot be asked. */
  readonly dead: ReadonlyMap<string, Failure>;
  readonly running: ReadonlySet<string>;
}

async function lookAtDuty(connections: Connections, members: readonly Node[]): Promise<Duty> {
  const looks = await lookAt(connections, members, () => departure.dutyReads);
  const failed = [...looks].flatMap(([name, look]) =>
    look instanceof Failure ? [[name, look] as const] : [],
  );
  const running = [...looks].filter(
    ([, look]) => look instanceof Answers && departure.isOnDuty(look),
  );
  return { dead: new Map(failed), running: new Set(running.map(([name]) => name)) };
}

async function held(
  connections: Connections,
  members: readonly Node[],
): Promise<readonly Failure[]> {
  const looks = await lookAt(connections, members, () => removal.holdingReads(members));
  return removal.outages(members, looks);
}

function leftBehind(
  members: readonly Node[],
  dead: ReadonlyMap<string, Failure>,
): readonly Failure[] {
  return members.flatMap((node) => {
    const reason = dead.get(node.host.name);
    return reason === undefined ? [] : [removal.leftOn(node, reason)];
  });
}

function tellLost(vips: readonly string[]): void {
  if (vips.length > 0)
    process.stdout.write(
      `${vips.join(', ')} will be held by no node: there are as many VIPs as nodes\n`,
    );
}

function tellInventory(nodes: readonly Node[]): void {
  for (const { host } of nodes) {
    const place = formatOrigin(host.origin);
    process.stdout.write(`Take ${host.name} out of the inventory now: ${place}\n`);
  }
}

function namesOf(members: readonly Node[]): Set<string> {
  return new Set(members.map(({ host }) => host.name));
}
