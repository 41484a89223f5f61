import type { Finding } from '#engine/model/check.ts';
import { DRILL_SLACK_MS, type Trial, type TrialResult } from '#engine/model/drill.ts';
import type { Continuity, Watch } from '#engine/model/rollout.ts';

export interface TrialTimes {
  readonly faultMs: number;
  readonly mendMs: number;
  /** When the ring was whole again. */
  readonly endMs: number;
}

/** What came of a trial, by what was seen from its fault until it was over. */
export function judgeTrial(trial: Trial, report: Watch['report'], times: TrialTimes): TrialResult {
  const { faultMs, mendMs, endMs } = times;
  const whole = report(faultMs, endMs);
  const away = trialIn(report(faultMs, mendMs), trial);
  const back = trialIn(report(mendMs, endMs), trial);
  const next = trialIn(whole, trial)?.owners.find(
    ({ host }) => host !== undefined && host !== trial.holder,
  );
  const again = back?.owners.findLast(({ host }) => host === trial.holder);
  const seen = {
    trial,
    ...(next?.host === undefined
      ? {}
      : { takenOver: { host: next.host, afterMs: next.sinceMs - faultMs } }),
    gapMs: away?.longestGapMs ?? 0,
    backAfterMs: (again?.sinceMs ?? endMs) - mendMs,
    backGapMs: back?.longestGapMs ?? 0,
  };
  return { ...seen, findings: [...findingsOf(seen), ...findingsAbout(whole, trial)] };
}

function trialIn(seen: readonly Continuity[], trial: Trial): Continuity | undefined {
  return seen.find(({ name }) => name === trial.name);
}

function findingsOf(result: Omit<TrialResult, 'findings'>): readonly Finding[] {
  const { trial, takenOver, gapMs, backGapMs } = result;
  const what = `${trial.noun} ${trial.name}`;
  const findings: Finding[] = [];
  // One that was killed may be back before anybody else has missed it.
  const isMissed = takenOver !== undefined || trial.fault.mend !== undefined;
  if (isMissed && takenOver?.host !== trial.successor) {
    const seen = takenOver === undefined ? 'by nobody' : `by ${takenOver.host}`;
    findings.push({ what, expected: `taken over by ${trial.successor}`, seen });
  }
  if (gapMs > trial.boundMs + DRILL_SLACK_MS) {
    const expected = `unanswered for at most ${seconds(trial.boundMs + DRILL_SLACK_MS)}`;
    findings.push({ what, expected, seen: `unanswered for ${seconds(gapMs)}` });
  }
  if (backGapMs > DRILL_SLACK_MS) {
    const seen = `unanswered for ${seconds(backGapMs)}`;
    findings.push({ what, expected: `back on ${trial.holder} without a gap`, seen });
  }
  return findings;
}

/** What no failure of this host may do. */
function findingsAbout(seen: readonly Continuity[], trial: Trial): readonly Finding[] {
  return seen.flatMap(({ name, longestGapMs, mostHolders }) => {
    const what = `${trial.noun} ${name}`;
    const split = { what, expected: 'held once', seen: `held by ${mostHolders} at once` };
    const gap = {
      what,
      expected: `answered while ${trial.holder} fails`,
      seen: `unanswered for ${seconds(longestGapMs)}`,
    };
    return [
      ...(mostHolders > 1 && !trial.fault.holdsOn ? [split] : []),
      ...(longestGapMs > DRILL_SLACK_MS && !trial.moves.includes(name) ? [gap] : []),
    ];
  });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
