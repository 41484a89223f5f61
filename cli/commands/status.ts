import type { Command } from 'commander';
import { Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import { exitCodeOfFailures } from '#engine/report/exit-code.ts';
import { paintFor } from '#engine/report/paint.ts';
import { CONTROL_MACHINE } from '#engine/run/control-machine.ts';
import { Connections } from '#lib/ssh/index.ts';
import deploy from '#playbooks/deploy.ts';
import {
  localReads,
  type Node,
  type RingStatus,
  statusOf,
  statusReads,
} from '#playbooks/status.ts';
import type { Done } from '../command-file.ts';
import {
  addInventory,
  type InventoryFlags,
  type InventoryRequest,
  requestOf,
} from '../flags/inventory.ts';
import { formatRing } from '../format-status.ts';
import { type Loaded, load } from '../load.ts';
import { lookAt } from '../look.ts';
import { prepareConnections } from '../prepare-connections.ts';
import { printWarnings } from '../print.ts';

interface StatusFlags extends InventoryFlags {
  readonly json?: boolean;
}

export function define(command: Command, done: Done): void {
  addInventory(command)
    .option('--json', 'print it as JSON')
    .action(async (inventory: string, flags: StatusFlags) =>
      done(await status(requestOf(inventory, flags), flags)),
    );
}

/** One look at every ring of an inventory. Changes nothing; the exit code is 6, 4 or 0. */
async function status(inventory: InventoryRequest, options: StatusFlags): Promise<number> {
  const loaded = await load(deploy, inventory);
  printWarnings(loaded.warnings);
  const rings = await lookAtRings(loaded);
  if (options.json) process.stdout.write(`${JSON.stringify({ rings }, plainFailure)}\n`);
  else process.stdout.write(`${rings.map(shown).join('\n\n')}\n`);
  return exitCodeOf(rings);
}

async function lookAtRings({
  members,
  localHost = CONTROL_MACHINE,
}: Loaded<Node['vars']>): Promise<readonly RingStatus[]> {
  const hosts = members.map(({ host }) => host);
  await using connections = new Connections();
  // Both at once would ask for the same thing twice.
  await prepareConnections(connections, [localHost, ...hosts]);
  const byName = new Map(members.map((member) => [member.host.name, member]));
  const [local, answers] = await Promise.all([
    lookAt(connections, [localHost], () => localReads(members)),
    lookAt(connections, hosts, ({ name }) => {
      const member = byName.get(name);
      return member === undefined ? {} : statusReads(member, members);
    }),
  ]);
  const said = local.get(localHost.name);
  return statusOf(members, answers, said instanceof Answers ? said : new Answers());
}

function shown(ring: RingStatus): string {
  return formatRing(ring, new Date(), paintFor(process.stdout));
}

function exitCodeOf(rings: readonly RingStatus[]): number {
  const failures = rings.flatMap(({ nodes, findings }) => [
    ...nodes.flatMap(({ failure }) => (failure === undefined ? [] : [failure])),
    ...findings.map(() => new Failure('A VIP is not where it belongs', { kind: 'vips' })),
  ]);
  return exitCodeOfFailures(failures);
}

function plainFailure(_: string, value: unknown): unknown {
  if (!(value instanceof Failure)) return value;
  const { message: what, where, ran, output, fix, kind } = value;
  return { what, where, ran, output, fix, kind };
}
