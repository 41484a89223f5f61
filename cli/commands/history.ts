import type { Command } from 'commander';
import { exitCodeOfFailures } from '#engine/report/exit-code.ts';
import { formatHistory, type HistoryRow } from '#engine/report/history.ts';
import { toJson } from '#engine/report/json.ts';
import { Connections } from '#lib/ssh/index.ts';
import deploy from '#playbooks/deploy.ts';
import { addInventory, type InventoryFlags, requestOf } from '../flags/inventory.ts';
import { limitsOf } from '../flags/limits.ts';
import { load } from '../load.ts';
import { type KnownRun, lookForRuns } from '../look.ts';
import { columnsOf, fitTo, print, printFailures } from '../print.ts';

interface HistoryFlags extends InventoryFlags {
  readonly json?: boolean;
}

export function define(command: Command) {
  addInventory(command).option('--json', 'print JSON');
  return history;
}

/** Lists the runs that the nodes know, the newest first. A node out of reach is said, exit code 4. */
async function history(inventory: string, flags: HistoryFlags): Promise<number> {
  const { members } = await load(deploy, requestOf(inventory, flags));
  await using connections = new Connections(undefined, limitsOf(flags));
  const { known, failures } = await lookForRuns(connections, members);
  const rows = rowsOf(known);
  const { stdout } = process;
  if (flags.json) print(toJson({ runs: rows }));
  else print(fitTo(stdout, formatHistory(rows, columnsOf(stdout))));
  if (failures.length > 0) printFailures(failures);
  return exitCodeOfFailures(failures);
}

function rowsOf(records: readonly KnownRun[]): readonly HistoryRow[] {
  const names = [...new Set(records.map(({ record }) => record.run))].toSorted().toReversed();
  return names.flatMap((run) => {
    const known = records.filter(({ record }) => record.run === run);
    const [first] = known;
    if (first === undefined) return [];
    const { outcome: _, ...about } = first.record;
    const outcomes = Object.fromEntries(known.map(({ host, record }) => [host, record.outcome]));
    return { ...about, paths: [...new Set(known.flatMap(({ record }) => record.paths))], outcomes };
  });
}
