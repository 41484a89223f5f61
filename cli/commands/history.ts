import type { Command } from 'commander';
import { Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import type { RunRecord } from '#engine/model/run-record.ts';
import { runs } from '#engine/reads/runs.ts';
import { escapeControl } from '#engine/report/escape.ts';
import { exitCodeOfFailures } from '#engine/report/exit-code.ts';
import { formatTable } from '#engine/report/table.ts';
import { Connections } from '#lib/ssh/index.ts';
import deploy from '#playbooks/deploy.ts';
import type { Done } from '../command-file.ts';
import {
  addInventory,
  type InventoryFlags,
  type InventoryRequest,
  requestOf,
} from '../flags/inventory.ts';
import { load } from '../load.ts';
import { lookAt } from '../look.ts';
import { printFailures } from '../print.ts';

interface HistoryFlags extends InventoryFlags {
  readonly json?: boolean;
}

export function define(command: Command, done: Done): void {
  addInventory(command)
    .option('--json', 'print JSON')
    .action(async (inventory: string, flags: HistoryFlags) =>
      done(await history(requestOf(inventory, flags), flags)),
    );
}

/** A run with what became of it on each host that knows it. */
interface HistoryRow extends Omit<RunRecord, 'outcome'> {
  readonly outcomes: Readonly<Record<string, string>>;
}

/** Lists the runs that the nodes know, the newest first. A node out of reach is said, exit code 4. */
async function history(inventory: InventoryRequest, options: HistoryFlags): Promise<number> {
  const { members } = await load(deploy, inventory);
  const hosts = members.map(({ host }) => host);
  await using connections = new Connections();
  const looks = await lookAt(connections, hosts, () => ({ runs }));
  const records = [...looks].flatMap(([host, seen]) =>
    seen instanceof Answers ? (seen.get(runs) ?? []).map((record) => ({ host, record })) : [],
  );
  const rows = rowsOf(records);
  process.stdout.write(options.json ? `${JSON.stringify({ runs: rows })}\n` : shown(rows));
  const failures = [...looks.values()].filter((seen) => seen instanceof Failure);
  if (failures.length > 0) printFailures(failures);
  return exitCodeOfFailures(failures);
}

function rowsOf(
  records: readonly { readonly host: string; readonly record: RunRecord }[],
): readonly HistoryRow[] {
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
