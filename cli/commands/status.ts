import type { Command } from 'commander';
import { Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import { CONTROL_MACHINE } from '#engine/model/host.ts';
import { exitCodeOfFailures } from '#engine/report/exit-code.ts';
import { toJson } from '#engine/report/json.ts';
import { paintFor } from '#engine/report/paint.ts';
import { Connections } from '#lib/ssh/index.ts';
import deploy from '#playbooks/deploy.ts';
import {
  localReads,
  type Node,
  type RingStatus,
  statusOf,
  statusReads,
} from '#playbooks/status.ts';
import { addInventory, type InventoryFlags, requestOf } from '../flags/inventory.ts';
import { limitsOf } from '../flags/limits.ts';
import { type Loaded, load } from '../load.ts';
import { lookAt } from '../look.ts';
import { prepareConnections } from '../prepare-connections.ts';
import { printWarnings } from '../print.ts';
import { formatRing } from '../status/format.ts';

interface StatusFlags extends InventoryFlags {
  readonly json?: boolean;
}

export function define(command: Command) {
  addInventory(command).option('--json', 'print it as JSON');
  return status;
}

/** One look at every ring of an inventory. Changes nothing; the exit code is 6, 4 or 0. */
async function status(inventory: string, flags: StatusFlags): Promise<number> {
  const loaded = await load(deploy, requestOf(inventory, flags));
  printWarnings(loaded.warnings);
  const rings = await lookAtRings(loaded, flags);
  if (flags.json) process.stdout.write(`${toJson({ rings })}\n`);
  else process.stdout.write(`${rings.map(shown).join('\n\n')}\n`);
  return exitCodeOf(rings);
}

async function lookAtRings(
  { members, localHost = CONTROL_MACHINE }: Loaded<Node['vars']>,
  flags: StatusFlags,
): Promise<readonly RingStatus[]> {
  await using connections = new Connections(undefined, limitsOf(flags));
  // Both at once would ask for the same thing twice.
  await prepareConnections(connections, [localHost, ...members.map(({ host }) => host)]);
  const [local, answers] = await Promise.all([
    lookAt(connections, [{ host: localHost }], () => localReads(members)),
    lookAt(connections, members, (member) => statusReads(member, members)),
  ]);
  const said = local.get(localHost.name);
  return statusOf(members, {
    ...{ answers, now: new Date() },
    local: said instanceof Answers ? said : new Answers(),
  });
}

function shown(ring: RingStatus): string {
  return formatRing(ring, {
    ...{ now: new Date(), paint: paintFor(process.stdout) },
    ...(process.stdout.isTTY ? { columns: process.stdout.columns } : {}),
  });
}

function exitCodeOf(rings: readonly RingStatus[]): number {
  const failures = rings.flatMap(({ nodes, findings }) => [
    ...nodes.flatMap(({ failure }) => (failure === undefined ? [] : [failure])),
    ...findings.map(() => new Failure('A VIP is not where it belongs', { kind: 'check' })),
  ]);
  return exitCodeOfFailures(failures);
}
