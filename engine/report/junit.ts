import { escapeControl, escapeLines } from './escape.ts';
import { formatFailure, formatFinding } from './failure.ts';
import type { CheckOutcome, HostOutcome, TaskOutcome } from './host-outcomes.ts';
import type { RunOutcomes } from './outcome.ts';
import { noEndText } from './unfinished.ts';

/**
 * A run for what reads test results: a suite per host with a case per task, and one of the checks. What
 * was not done is skipped; what failed elsewhere than in a task, an error.
 */
export function junitReport(run: RunOutcomes): string {
  const suites = [...run.hosts.map((host) => suiteOf(host, run)), checksOf(run), endOf(run)];
  const attributes = attributesOf({ name: `${run.playbook} ${run.mode}`, time: run.elapsedMs });
  const body = suites.filter((suite) => suite !== '').join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${attributes}>\n${body}\n</testsuites>\n`;
}

interface Case {
  readonly name: string;
  readonly elapsedMs?: number | undefined;
  readonly inside?: string;
}

function suiteOf({ host, tasks, failures, summary }: HostOutcome, run: RunOutcomes): string {
  const cases = [
    ...failures.map((failure) => ({
      name: 'host',
      inside: element('error', failure.message, formatFailure(failure)),
    })),
    ...tasks.map((task) => caseOf(task, host, run)),
  ];
  return suite({ name: host, cases, elapsedMs: summary?.elapsedMs, run });
}

function caseOf(
  { task, state, elapsedMs, failure }: TaskOutcome,
  host: string,
  { mode, unfinished }: RunOutcomes,
): Case {
  if (failure !== undefined)
    return {
      name: task,
      elapsedMs,
      inside: element('failure', failure.message, formatFailure(failure)),
    };
  if (state !== 'pending') return { name: task, elapsedMs };
  const begun = unfinished.find((one) => one.what === task && one.host === host);
  const left = mode === 'dry-run' ? 'would change' : 'not done';
  return { name: task, inside: element('skipped', begun ? begun.state : left) };
}

function checksOf(run: RunOutcomes): string {
  const cases = run.checks.map((check) => ({ name: nameOf(check), ...checkResult(check) }));
  return cases.length === 0 ? '' : suite({ name: 'checks', cases, elapsedMs: undefined, run });
}

function nameOf({ check, host }: CheckOutcome): string {
  return host === undefined ? check : `${check}, after ${host}`;
}

function checkResult({ elapsedMs, failure, findings }: CheckOutcome): Omit<Case, 'name'> {
  if (failure === undefined) return { elapsedMs };
  const text = [...findings.map(formatFinding), formatFailure(failure)].join('\n');
  return { inside: element('failure', failure.message, text) };
}

/** A run that died has no end, and must not look as if it had gone well. */
function endOf(run: RunOutcomes): string {
  if (run.result !== undefined) return '';
  const text = noEndText(run.elapsedMs, run.unfinished);
  const cases = [{ name: 'end', inside: element('error', text, text) }];
  return suite({ name: 'run', cases, elapsedMs: undefined, run });
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
  readonly elapsedMs: number | undefined;
  readonly run: RunOutcomes;
}

function suite({ name, cases, elapsedMs, run }: Suite): string {
  const count = (tag: string) =>
    cases.filter(({ inside = '' }) => inside.startsWith(`<${tag} `)).length;
  const attributes = attributesOf({
    name,
    timestamp: run.started.slice(0, 19),
    time: elapsedMs,
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
  });
  const lines = cases.map(({ name: title, elapsedMs: time, inside }) => {
    const open = `    <testcase ${attributesOf({ classname: `${run.playbook}.${name}`, name: title, time })}`;
    return inside === undefined ? `${open}/>` : `${open}>${inside}</testcase>`;
  });
  return [`  <testsuite ${attributes}>`, ...lines, '  </testsuite>'].join('\n');
}

/** Attributes of XML. Milliseconds of `time` become seconds. */
export function attributesOf(
  values: Readonly<Record<string, string | number | undefined>>,
): string {
  return Object.entries(values)
    .flatMap(([name, value]) => {
      if (value === undefined) return [];
      const text = name === 'time' ? (Number(value) / 1000).toFixed(3) : String(value);
      return [`${name}="${escapeXml(escapeControl(text))}"`];
    })
    .join(' ');
}

/** An element of XML with a message, and with a text in it. */
export function element(tag: string, message: string, text = ''): string {
  return `<${tag} ${attributesOf({ message })}>${escapeXml(text)}</${tag}>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** XML 1.0 has no way to write most control characters, not even as a reference. */
function escapeXml(text: string): string {
  return escapeLines(text)
    .join('\n')
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replace(/[\ufffe\uffff]/g, '');
}
