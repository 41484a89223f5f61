import type { Command } from 'commander';
import { Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import { standingRuns } from '#engine/model/rolled-back.ts';
import type { RunRecord } from '#engine/model/run-record.ts';
import { runs } from '#engine/reads/runs.ts';
import { Connections } from '#lib/ssh/index.ts';
import deploy from '#playbooks/deploy.ts';
import { cleanUp } from '#playbooks/removal.ts';
import { rollback as rollbackPlaybook } from '#playbooks/rollback.ts';
import type { Done } from '../command-file.ts';
import { addInventory, type InventoryRequest, requestOf } from '../flags/inventory.ts';
import { addRolloutFlags } from '../flags/rollout.ts';
import { load } from '../load.ts';
import { lookAt } from '../look.ts';
import { type LoadedOptions, runLoaded } from '../run-loaded.ts';

export function define(command: Command, done: Done): void {
  addInventory(command).argument(
    '[run]',
    'a run of the history; the last one that is still in force, when left out',
  );
  addRolloutFlags(command)
    .option('--dry-run', 'show every change, make none; exit code 2 if there are any')
    .option('--json', 'print every event as a line of JSON')
    .action(async (inventory: string, run: string | undefined, options: LoadedOptions) =>
      done(await rollback(requestOf(inventory, options), run, options)),
    );
}

/** Undoes an earlier run, the last one when none is named, on every node that knows it. */
async function rollback(
  inventory: InventoryRequest,
  run: string | undefined,
  options: LoadedOptions,
): Promise<number> {
  await using connections = new Connections();
  const records = await recordsOf(inventory, connections);
  const [last] = standingRuns(records);
  if (last === undefined) throw nothing();
  if (run !== undefined && !records.some((record) => record.run === run))
    throw unknown(run, records);
  const chosen = run ?? last.run;
  if (records.some((record) => record.run === chosen && record.what === cleanUp.name))
    throw removed(chosen);
  const playbook = rollbackPlaybook(chosen);
  return await runLoaded(await load(playbook, inventory), connections, options);
}

async function recordsOf(
  inventory: InventoryRequest,
  connections: Connections,
): Promise<readonly RunRecord[]> {
  const { members } = await load(deploy, inventory);
  const looks = await lookAt(
    connections,
    members.map(({ host }) => host),
    () => ({ runs }),
  );
  return [...looks.values()].flatMap((seen) =>
    seen instanceof Answers ? (seen.get(runs) ?? []) : [],
  );
}

function nothing(): Failure {
  return new Failure('The nodes know of no run that could be rolled back', {
    fix: 'npm run history -- INVENTORY lists what they know: the last five runs.',
  });
}

function unknown(run: string, records: readonly RunRecord[]): Failure {
  const known = [...new Set(standingRuns(records).map((record) => record.run))];
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
