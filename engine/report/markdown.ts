import { formatTask } from './diff.ts';
import { escapeControl } from './escape.ts';
import { formatFailure } from './failure.ts';
import { foldNames } from './fold-names.ts';
import type { HostOutcome, TaskOutcome } from './host-outcomes.ts';
import type { RunOutcomes } from './outcome.ts';
import { noPaint } from './paint.ts';
import { formatTotals } from './totals.ts';
import { noEndText } from './unfinished.ts';
import { formatElapsed } from './words.ts';

/** What a change request, or the summary of a CI job, may hold at most. */
const MOST_CHARACTERS = 60_000;

/** A run for people who review it: how it came out, a row per host, the failures, the changes. */
export function markdownReport(run: RunOutcomes): string {
  const blocks = [
    `## ${run.failures.length > 0 || run.result === undefined ? '❌' : '✅'} ${plain(titleOf(run))}`,
    plain(endOf(run)),
    tableOf(run),
    ...run.failures.map((failure) => fenced(formatFailure(failure))),
    ...changesOf(run),
  ].filter((block) => block !== '');
  return `${upTo(MOST_CHARACTERS, blocks).join('\n\n')}\n`;
}

function titleOf({ playbook, mode, inventory }: RunOutcomes): string {
  const kind = { apply: '', verify: ', verify', 'dry-run': ', dry run' }[mode];
  return `${playbook}${kind} on ${inventory.join(', ')}`;
}

function endOf({ result, elapsedMs, unfinished, runId, owner, started }: RunOutcomes): string {
  const end = result ? formatTotals(result) : noEndText(elapsedMs, unfinished);
  return `${end}. Run ${runId} of ${owner}, ${started.replace(/\.\d+/, '')}.`;
}

function tableOf({ hosts }: RunOutcomes): string {
  const rows = hosts.flatMap(({ summary }) => {
    if (summary === undefined) return [];
    const { host, ok, changed, failed, pending, unreachable, elapsedMs } = summary;
    const cells = [
      ok,
      changed,
      failed,
      pending,
      unreachable ? 'unreachable' : '',
      formatElapsed(elapsedMs),
    ];
    return [`| ${plain(host)} | ${cells.join(' | ')} |`];
  });
  if (rows.length === 0) return '';
  return [
    '| host | ok | changed | failed | not done | | elapsed |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** What changed, or would: that of several hosts once where it is equal. */
function changesOf(run: RunOutcomes): readonly string[] {
  const byText = Map.groupBy(run.hosts, (host) => changesText(host, run));
  byText.delete('');
  return [...byText].map(([text, equal]) => {
    const names = foldNames(equal.map(({ host }) => host));
    return `<details><summary>${plain(names)}</summary>\n\n${fenced(text, 'diff')}\n\n</details>`;
  });
}

function changesText({ host, tasks }: HostOutcome, run: RunOutcomes): string {
  return tasks
    .filter(({ fields }) => fields.length > 0)
    .map((task) => {
      const [title = '', ...lines] = formatTask(
        { title: task.task, fields: task.fields },
        noPaint,
      ).split('\n');
      return [title + noteOf(task, host, run), ...lines].join('\n');
    })
    .join('\n');
}

/** How far it came, where it was to be done and was not. */
function noteOf({ task, state }: TaskOutcome, host: string, run: RunOutcomes): string {
  if (run.mode !== 'apply' || state === 'changed') return '';
  const begun = run.unfinished.find((one) => one.what === task && one.host === host);
  return ` (${begun?.state ?? (state === 'failed' ? 'failed' : 'not done')})`;
}

/** As text, whatever Markdown or HTML would make of it. */
function plain(text: string): string {
  return escapeControl(text).replace(
    /[\\`*_{}[\]()#+!|<>&~@]/g,
    (character) => `&#${character.charCodeAt(0)};`,
  );
}

/** In a fence that is longer than any in it. */
function fenced(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

function upTo(most: number, blocks: readonly string[]): readonly string[] {
  let left = most;
  const kept = blocks.filter((block) => {
    if (block.length > left) return false;
    left -= block.length;
    return true;
  });
  const dropped = blocks.length - kept.length;
  return dropped === 0 ? kept : [...kept, `… and ${dropped} more, too long to show here`];
}
