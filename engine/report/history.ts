import type { RunOutcome, RunRecord } from '../model/run-record.ts';
import { escapeControl } from './escape.ts';
import { formatTable } from './words.ts';

/** A run with what became of it on each host that knows it. */
export interface HistoryRow extends Omit<RunRecord, 'outcome'> {
  readonly outcomes: Readonly<Record<string, RunOutcome>>;
}

const MEANINGS: Readonly<Record<RunOutcome, string>> = {
  done: 'passed its gate, and stays',
  ended: 'had no gate to pass, and stays as far as it came',
  undone: 'did not pass its gate, or was cut off: what it changed is as it was before',
  'undo failed': 'was to be undone, and is not: look at the host',
  open: 'runs there now, or died and is not undone yet',
};

/** A line per run, or a block where that is too wide, and below them what their results mean. */
export function formatHistory(rows: readonly HistoryRow[], columns?: number): string {
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
  const table = formatTable([head, ...cells.map((row) => row.map(escapeControl))], columns);
  return `${table}\n\n${meaningsOf(rows).join('\n')}\n`;
}

function meaningsOf(rows: readonly HistoryRow[]): readonly string[] {
  const found = new Set<string>(rows.flatMap(({ outcomes }) => Object.values(outcomes)));
  return Object.entries(MEANINGS).flatMap(([outcome, meaning]) =>
    found.has(outcome) ? [`${outcome}: ${meaning}`] : [],
  );
}
