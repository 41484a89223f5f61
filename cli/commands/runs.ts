import type { Command } from 'commander';
import { Failure } from '#engine/model/failure.ts';
import { escapeControl, escapeJson } from '#engine/report/escape.ts';
import { toJson } from '#engine/report/json.ts';
import { endText, outcomesOf, type RunOutcomes } from '#engine/report/outcome.ts';
import { paintFor } from '#engine/report/paint.ts';
import { plainReport } from '#engine/report/plain.ts';
import { formatTotals } from '#engine/report/totals.ts';
import { noEndText } from '#engine/report/unfinished.ts';
import { formatElapsed, formatTable } from '#engine/report/words.ts';
import { columnsOf, fitTo, print, printFailures } from '../print.ts';
import { eventsOf, readRun } from '../read-run.ts';
import { folderOfRun, keptRuns } from '../run-folder.ts';

interface RunsFlags {
  readonly json?: boolean;
}

export function define(command: Command) {
  command
    .argument('[run]', 'show this one, or that of a folder, as it was')
    .option('--json', 'print JSON: of a run its events, else a list');
  return async (run: string | undefined, flags: RunsFlags) =>
    await (run === undefined ? list(flags) : show(run, flags));
}

/** The runs that this user has made on this machine, the newest first; one that cannot be read is said. */
async function list({ json }: RunsFlags): Promise<number> {
  const runs: Row[] = [];
  const failures: Failure[] = [];
  for (const name of keptRuns()) {
    try {
      runs.push(rowOf(outcomesOf(await readRun(folderOfRun(name)))));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(error);
    }
  }
  const { stdout } = process;
  print(json ? toJson({ runs }) : fitTo(stdout, tableOf(runs, columnsOf(stdout))));
  if (failures.length > 0) printFailures(failures);
  return failures.length > 0 ? 1 : 0;
}

/** What the list says of a run: fifty of them with all that they did may be more than memory has. */
function rowOf(run: RunOutcomes) {
  const { runId, started, elapsedMs, owner, playbook, mode, inventory } = run;
  return { run: runId, started, elapsedMs, owner, playbook, mode, inventory, end: endOf(run) };
}

type Row = ReturnType<typeof rowOf>;

function tableOf(runs: readonly Row[], columns?: number): string {
  if (runs.length === 0) return 'No run is kept';
  const rows = runs.map(({ run, started, elapsedMs, playbook, mode, inventory, end }) => [
    run,
    `${started.slice(0, 10)} ${started.slice(11, 19)}`,
    formatElapsed(elapsedMs),
    mode === 'apply' ? playbook : `${playbook}, ${mode}`,
    inventory.join(', '),
    end,
  ]);
  const head = ['run', 'when (UTC)', 'took', 'what', 'inventory', 'end'];
  return formatTable([head, ...rows.map((row) => row.map(escapeControl))], columns);
}

function endOf({ result, elapsedMs }: RunOutcomes): string {
  return result ? formatTotals(result) : noEndText(elapsedMs, []);
}

/** A run as a log of it would have been written, with its summary; as JSON, its lines as they were written. */
async function show(name: string, { json }: RunsFlags): Promise<number> {
  const folder = folderOfRun(name);
  const run = await readRun(folder);
  if (json) {
    const lines = (await eventsOf(folder)).split('\n').slice(0, -1);
    for (const line of lines) print(escapeJson(line));
    return 0;
  }
  const { stdout } = process;
  const paint = paintFor(stdout);
  const lines = plainReport((text) => stdout.write(fitTo(stdout, text)), paint);
  for (const event of run.events) lines.onEvent(event);
  print(fitTo(stdout, `\n${endText(outcomesOf(run), paint)}`));
  return 0;
}
