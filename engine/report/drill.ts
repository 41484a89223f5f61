import { DRILL_SLACK_MS, type TrialResult } from '#engine/model/drill.ts';
import { escapeControl } from './escape.ts';
import { formatElapsed, formatTable } from './words.ts';

/** A row per trial, with what the protocol promises beside each figure. */
export function formatDrill(results: readonly TrialResult[]): string {
  const head = [
    results[0]?.trial.noun ?? '',
    'held by',
    'taken over by',
    'after',
    'no answer',
    'at most',
    'back after',
    'no answer',
    'at most',
    'as expected',
  ];
  const table = formatTable([head, ...results.map(rowOf)]);
  return `${table}\nAt most: what the protocol promises. What is measured may be up to ${gap(DRILL_SLACK_MS)} longer.`;
}

/** The same as data, with what was not as it should be. */
export function drillAsData(results: readonly TrialResult[]): readonly object[] {
  return results.map(({ trial, ...result }) => {
    const { name, noun, holder, successor, moves, boundMs, fault } = trial;
    return { name, noun, holder, successor, moves, fault: fault.title, boundMs, ...result };
  });
}

function rowOf(result: TrialResult): readonly string[] {
  const { trial, takenOver, gapMs, backAfterMs, backGapMs, findings } = result;
  return [
    trial.name,
    escapeControl(trial.holder),
    escapeControl(takenOver?.host ?? 'nobody'),
    takenOver === undefined ? '–' : formatElapsed(takenOver.afterMs),
    gap(gapMs),
    gap(trial.boundMs),
    formatElapsed(backAfterMs),
    gap(backGapMs),
    gap(0),
    findings.length === 0 ? 'yes' : 'no',
  ];
}

function gap(ms: number): string {
  return ms === 0 ? 'none' : `${(ms / 1000).toFixed(2)} s`;
}
