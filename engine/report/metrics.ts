import { exitCodeOf } from './exit-code.ts';
import type { RunOutcomes } from './outcome.ts';

type Labels = Readonly<Record<string, string>>;
/** Labels and a value. */
export type Measurement = readonly [Labels, number];

/** A run as Prometheus reads it from a file: node_exporter's textfile collector, or a push. */
export function metricsReport(run: RunOutcomes): string {
  const { result, playbook, mode, hosts } = run;
  const about = { playbook, mode, inventory: run.inventory.join(',') };
  const summaries = hosts.flatMap(({ summary }) => (summary ? [summary] : []));
  const watched = result?.continuity?.flatMap(({ watched: all }) => all) ?? [];
  const states = ['ok', 'changed', 'failed', 'pending'] as const;
  return [
    family('rota_run_started_seconds', 'When the last run started, in seconds since 1970', [
      [{ ...about, run: run.runId }, Math.floor(Date.parse(run.started) / 1000)],
    ]),
    family('rota_run_duration_seconds', 'How long it took', [[about, run.elapsedMs / 1000]]),
    family('rota_run_finished', 'Whether it came to its end: 0 for one that died', [
      [about, result === undefined ? 0 : 1],
    ]),
    family(
      'rota_run_exit_code',
      'Its exit code',
      result === undefined ? [] : [[about, exitCodeOf(result)]],
    ),
    family(
      'rota_host_tasks',
      'The tasks of a host, by how they came out',
      summaries.flatMap((one) =>
        states.map((state): Measurement => [{ ...about, host: one.host, state }, one[state]]),
      ),
    ),
    family(
      'rota_host_reachable',
      'Whether the host could be reached',
      summaries.map(({ host, unreachable }) => [{ ...about, host }, unreachable ? 0 : 1]),
    ),
    family(
      'rota_watched_longest_gap_seconds',
      'For how long what was watched was held by nobody',
      watched.map(({ name, longestGapMs }) => [{ ...about, name }, longestGapMs / 1000]),
    ),
  ].join('');
}

/** Samples of one name, as https://prometheus.io/docs/instrumenting/exposition_formats/ has it; '' for none. */
export function family(name: string, help: string, samples: readonly Measurement[]): string {
  if (samples.length === 0) return '';
  // A file that has the labels of one twice is refused as a whole.
  const byLabels = new Map(samples.map(([labels, value]) => [labelled(labels), value]));
  const lines = [...byLabels].map(([labels, value]) => `${name}{${labels}} ${numeral(value)}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...lines, ''].join('\n');
}

function labelled(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
    .join(',');
}

function escapeLabel(value: string): string {
  return value
    .toWellFormed()
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n');
}

function numeral(value: number): string {
  return Number.isFinite(value) ? String(value) : '+Inf';
}
