import type { Command } from 'commander';
import { Failure, Failures } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import type { RunRecord } from '#engine/model/run-record.ts';
import { runsInForce } from '#engine/model/run-record.ts';
import { preImages } from '#engine/reads/runs.ts';
import { Connections } from '#lib/ssh/index.ts';
import { leavingWith, tookServices } from '#playbooks/before-rota.ts';
import deploy from '#playbooks/deploy.ts';
import { cleanUp } from '#playbooks/removal.ts';
import { rollback as rollbackPlaybook } from '#playbooks/rollback.ts';
import { addInventory, requestOf } from '../flags/inventory.ts';
import { limitsOf } from '../flags/limits.ts';
import { addRecordFlags } from '../flags/record.ts';
import { addRolloutFlags } from '../flags/rollout.ts';
import { load } from '../load.ts';
import { lookAt, lookForRuns } from '../look.ts';
import { printWarnings } from '../print.ts';
import type { RunFlags } from '../run-loaded.ts';
import { showRun } from '../show-run.ts';

export function define(command: Command) {
  addRecordFlags(addInventory(command)).argument(
    '[run]',
    'a run of the history; the last one that is still in force, when left out',
  );
  addRolloutFlags(command).option(
    '--dry-run',
    'show every change, make none; exit code 2 if there are any',
  );
  return rollback;
}

/** Undoes an earlier run, the last one when none is named, on every node that knows it. */
async function rollback(
  inventory: string,
  run: string | undefined,
  flags: RunFlags,
): Promise<number> {
  const request = requestOf(inventory, flags);
  const { members } = await load(deploy, request);
  await using connections = new Connections(undefined, limitsOf(flags));
  const { known, failures } = await lookForRuns(connections, members);
  // The run itself tells who is out of reach; of what cannot be read nobody knows the last one.
  const unread = failures.filter(({ kind }) => kind !== 'unreachable');
  if (unread.length > 0) throw new Failures(unread);
  const records = known.map(({ record }) => record);
  const [last] = runsInForce(records);
  if (last === undefined) throw nothing();
  if (run !== undefined && !records.some((record) => record.run === run))
    throw unknown(run, records);
  const chosen = run ?? last.run;
  const parts = records.filter((record) => record.run === chosen);
  if (parts.some(({ what }) => what === cleanUp.name)) throw removed(chosen);
  const leaving = tookServices(parts.flatMap(({ paths }) => paths))
    ? leavingWith(await imagesOf(connections, members, chosen), members)
    : new Set<string>();
  const loaded = await load(rollbackPlaybook(chosen, leaving), request);
  printWarnings(loaded.warnings);
  return await showRun(loaded, connections, flags);
}

/** What a run wrote over, by host; of one out of reach the rollback itself tells. */
async function imagesOf(
  connections: Connections,
  members: readonly { readonly host: Host }[],
  run: string,
) {
  const looks = await lookAt(connections, members, () => ({ images: preImages(run) }));
  return new Map(
    [...looks].map(([name, look]) => [
      name,
      look instanceof Failure ? [] : (look.find(preImages(run)) ?? []),
    ]),
  );
}

function nothing(): Failure {
  return new Failure('The nodes know of no run that could be rolled back', {
    fix: 'npm run history -- INVENTORY lists what they know: the last five runs.',
  });
}

function unknown(run: string, records: readonly RunRecord[]): Failure {
  const known = [...new Set(runsInForce(records).map((record) => record.run))];
  return new Failure('The nodes do not know this run', {
    where: run,
    fix: `Use one of: ${known.join(', ')}`,
  });
}

function removed(run: string): Failure {
  return new Failure('The run has cleared a removed node, which is not rolled back', {
    where: run,
    fix: 'Deploy with the node in the inventory. To roll back what was before: npm run rollback -- INVENTORY RUN',
  });
}
