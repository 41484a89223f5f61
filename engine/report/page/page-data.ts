import type { Failure } from '#engine/model/failure.ts';
import { escapeLines } from '../escape.ts';
import type { HostOutcome, TaskOutcome } from '../host-outcomes.ts';
import type { RunOutcomes } from '../outcome.ts';
import type { TimeSpan } from '../spans.ts';
import { formatTotals } from '../totals.ts';
import { noEndText } from '../unfinished.ts';
import { formatElapsed, inventoryHosts } from '../words.ts';
import { criticalPath } from './critical-path.ts';
import type {
  PageBar,
  PageData,
  PageFact,
  PageFailure,
  PageHost,
  PageOutcome,
  PageState,
} from './data.ts';
import { exitOf, nextSteps } from './next-steps.ts';
import { changesOf } from './page-changes.ts';
import { dutiesIn } from './page-duties.ts';

/** A run as its page shows it. */
export function pageData(run: RunOutcomes): PageData {
  const { spans, mode, result, elapsedMs, rings } = run;
  const path = criticalPath(spans);
  const ofHost = Map.groupBy(spans, ({ host }) => host);
  const bars = (host: string | undefined) =>
    (ofHost.get(host) ?? []).map((span) => barOf(span, path));
  return {
    title: titleOf(run),
    outcome: outcomeOf(run),
    headline: result === undefined ? noEndText(elapsedMs, []) : formatTotals(result),
    facts: factsOf(run),
    startedMs: Date.parse(run.started),
    elapsedMs,
    isDryRun: mode === 'dry-run',
    next: nextSteps(run),
    failures: failuresOf(run.failures),
    hosts: run.hosts.map((host) => pageHost(host, run, bars(host.host))),
    checks: bars(undefined),
    duties: dutiesIn(run),
    rings: rings.map(({ ring, before, after }) => ({ hosts: ring, before, after })),
    changes: changesOf(run.hosts),
    path: pathOf(path),
  };
}

function titleOf({ playbook, mode, inventory }: RunOutcomes): string {
  const kind = { apply: '', verify: ', verify', 'dry-run': ', dry run' }[mode];
  return `${playbook}${kind} on ${inventory.join(', ')}`;
}

function outcomeOf(run: RunOutcomes): PageOutcome {
  if (run.result === undefined) return 'open';
  if (run.result.interrupted) return 'interrupted';
  const code = exitOf(run);
  if (code === 2) return 'changes';
  return code === 0 ? 'done' : 'failed';
}

function factsOf(run: RunOutcomes): readonly PageFact[] {
  const { owner, inventory, runId, hosts, elapsedMs } = run;
  const code = exitOf(run);
  return [
    { name: 'by', value: owner },
    { name: 'inventory', value: inventory.join(', ') },
    { name: 'hosts', value: String(inventoryHosts(hosts, ({ host }) => host).length) },
    { name: 'took', value: formatElapsed(elapsedMs) },
    { name: 'exit code', value: code === undefined ? 'none yet' : String(code) },
    { name: 'run', value: runId },
  ];
}

/** Those that are the same but for their place are one. */
function failuresOf(failures: readonly Failure[]): readonly PageFailure[] {
  const groups = Map.groupBy(failures, ({ message, ran, output, fix }) =>
    JSON.stringify([message, ran, output, fix]),
  );
  return [...groups.values()].flatMap((equal) => {
    const [first] = equal;
    if (first === undefined) return [];
    const { message: what, ran, output = '', fix } = first;
    return {
      what,
      places: [...new Set(equal.flatMap(({ where }) => where ?? []))],
      ...(ran === undefined ? {} : { ran }),
      output: output.trim() === '' ? [] : lastOf(escapeLines(output)),
      ...(fix === undefined ? {} : { fix }),
    };
  });
}

const MOST_LINES = 200;

function lastOf(lines: readonly string[]): readonly string[] {
  const left = lines.length - MOST_LINES;
  return left <= 0 ? lines : [`… ${left} more before these`, ...lines.slice(left)];
}

function pageHost(host: HostOutcome, run: RunOutcomes, bars: readonly PageBar[]): PageHost {
  const { host: name, tasks, summary, impact } = host;
  return {
    name,
    state: stateOf(host),
    counts: countsOf(tasks, run),
    ...(summary === undefined ? {} : { elapsedMs: summary.elapsedMs }),
    ...(impact === undefined ? {} : { impact: impact.text }),
    tasks: tasks.map(({ task, state, elapsedMs, failure }) => ({
      title: task,
      state,
      ...(elapsedMs === undefined ? {} : { elapsedMs }),
      ...(failure === undefined ? {} : { failure: failure.message }),
    })),
    bars,
  };
}

function stateOf({ tasks, failures, summary }: HostOutcome): PageState {
  const has = (state: TaskOutcome['state']) => tasks.some((task) => task.state === state);
  if (summary?.unreachable === true || failures.some(({ kind }) => kind === 'unreachable'))
    return 'unreachable';
  const { failed = 0 } = summary ?? {};
  if (failed > 0 || failures.length > 0 || has('failed')) return 'failed';
  if (summary === undefined) return 'open';
  if (has('pending')) return 'pending';
  return has('changed') ? 'changed' : 'ok';
}

function countsOf(tasks: readonly TaskOutcome[], { mode }: RunOutcomes): string {
  const words = {
    failed: 'failed',
    changed: 'changed',
    pending: mode === 'dry-run' ? 'would change' : 'not done',
    ok: 'ok',
  };
  return Object.entries(words)
    .flatMap(([state, word]) => {
      const count = tasks.filter((task) => task.state === state).length;
      return count === 0 ? [] : [`${count} ${word}`];
    })
    .join(', ');
}

function barOf(span: TimeSpan, path: ReadonlySet<TimeSpan>): PageBar {
  const { host: _, ...bar } = span;
  return path.has(span) ? { ...bar, isCritical: true } : bar;
}

/** So many that a look takes them in. */
const MOST_OF_PATH = 5;

function pathOf(path: ReadonlySet<TimeSpan>): PageData['path'] {
  const byWhat = Map.groupBy(path, ({ host, kind, what }) =>
    kind === 'gate' ? `check: ${what}` : `${host}: ${what}`,
  );
  return [...byWhat]
    .map(([what, spans]) => ({
      what,
      tookMs: spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0),
    }))
    .toSorted((one, other) => other.tookMs - one.tookMs)
    .slice(0, MOST_OF_PATH);
}
