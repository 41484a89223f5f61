import type { Command } from 'commander';
import type { RunRecord } from '#engine/model/run-record.ts';
import { escapeControl } from '#engine/report/escape.ts';
import { exitCodeOfFailures } from '#engine/report/exit-code.ts';
import { formatTable } from '#engine/report/words.ts';
import { Connections } from '#lib/ssh/index.ts';
import deploy from '#playbooks/deploy.ts';
import { addInventory, type InventoryFlags, requestOf } from '../flags/inventory.ts';
import { load } from '../load.ts';
import { type KnownRun, lookForRuns } from '../look.ts';
import { printFailures } from '../print.ts';

interface HistoryFlags extends InventoryFlags {
  readonly json?: boolean;
}

export function define(command: Command) {
  addInventory(command).option('--json', 'print JSON');
  return history;
}

/** A run with what became of it on each host that knows it. */
interface HistoryRow extends Omit<RunRecord, 'outcome'> {
  readonly outcomes: Readonly<Record<string, string>>;
}

/** Lists the runs that the nodes know, the newest first. A node out of reach is said, exit code 4. */
async function history(inventory: string, flags: HistoryFlags): Promise<number> {
  const { members } = await load(deploy, requestOf(inventory, flags));
  await using connections = new Connections();
  const { known, failures } = await lookForRuns(
    connections,
    members.map(({ host }) => host),
  );
  const rows = rowsOf(known);
  process.stdout.write(flags.json ? `${JSON.stringify({ runs: rows })}\n` : shown(rows));
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

function shown(rows: readonly HistoryRow[]): string {
  if (rows.length === 0) return 'The nodes know of no run\n';
  const cells = rows.map(({ run, since, owner, what, plan, outcomes }) => [
    run,
    `${since.slice(0, 10)} ${since.slice(11, 19)}`,
    owner,
    what,
    plan ?? '',
    Object.entries(outcomes)
      .map(([host, outcome]) => `${host} ${outcome}`)
      .join(', '),
  ]);
  const head = ['run', 'when (UTC)', 'who', 'what', 'plan', 'result'];
  return `${formatTable([head, ...cells.map((row) => row.map(escapeControl))])}\n`;
}
