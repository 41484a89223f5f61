import type { Command } from 'commander';
import { Failure } from '#engine/model/failure.ts';
import type { Read } from '#engine/model/read.ts';
import { escapeControl } from '#engine/report/escape.ts';
import { exitCodeOfFailures } from '#engine/report/exit-code.ts';
import { unlockScript } from '#engine/shell/lease.ts';
import { Connections } from '#lib/ssh/index.ts';
import deploy from '#playbooks/deploy.ts';
import { addInventory, type InventoryFlags, requestOf } from '../flags/inventory.ts';
import { limitsOf } from '../flags/limits.ts';
import { addLimit } from '../flags/run.ts';
import { load } from '../load.ts';
import { lookAt } from '../look.ts';
import { printFailures } from '../print.ts';

interface UnlockFlags extends InventoryFlags {
  readonly limit?: string;
  readonly force?: boolean;
}

export function define(command: Command) {
  addLimit(addInventory(command)).option(
    '--force',
    'also that of a run that lives: its nodes then undo what it has changed',
  );
  return unlock;
}

/** Takes leases away by hand: those of runs that died, and with `force` those of runs that live. */
async function unlock(inventory: string, flags: UnlockFlags): Promise<number> {
  const { force = false } = flags;
  const { members, targets } = await load(deploy, requestOf(inventory, flags), flags);
  const chosen = members.filter(({ host }) => targets.has(host.name));
  const read = unlocking(force);
  await using connections = new Connections(undefined, limitsOf(flags));
  const looks = await lookAt(connections, chosen, () => ({ read }));
  const failures = [...looks].flatMap(([host, seen]) => {
    if (seen instanceof Failure) return [seen];
    const lease = seen.get(read);
    if (lease?.get('alive') === 'yes') return [alive(host, lease)];
    const what = lease === undefined ? 'not locked' : `unlocked: ${said(lease)}`;
    process.stdout.write(`${escapeControl(`${host}  ${what}`)}\n`);
    return [];
  });
  if (failures.length > 0) printFailures(failures);
  return exitCodeOfFailures(failures);
}

type LeaseFields = ReadonlyMap<string, string>;

function unlocking(force: boolean): Read<LeaseFields | undefined> {
  return {
    key: 'unlock',
    script: unlockScript(force),
    parse: ({ stdout }) => {
      const lines = stdout.split('\n').filter((line) => line.includes('='));
      if (lines.length === 0) return undefined;
      return new Map(lines.map((line) => line.split(/=(.*)/s) as [string, string]));
    },
  };
}

function said(lease: LeaseFields): string {
  return `${lease.get('what')} by ${lease.get('owner')} since ${lease.get('since')}, run ${lease.get('run')}`;
}

function alive(host: string, lease: LeaseFields): Failure {
  return new Failure('The run that has the lease is alive', {
    kind: 'locked',
    where: host,
    ran: said(lease),
    fix: 'Let it end. --force takes the lease all the same: the node then undoes that run.',
  });
}
