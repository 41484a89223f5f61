import { exitCodeOf } from '../exit-code.ts';
import type { RunOutcomes } from '../outcome.ts';

/** What each exit code means to who reads the page, and what to do first. */
const BY_CODE: Readonly<Record<number, string>> = {
  0: 'Nothing is left to do.',
  1: 'Mend what is named below, then give the same command again: what is done already is not done twice.',
  2: 'Read the changes below. The same command without --dry-run makes them.',
  3: 'A host is no longer what the plan saw: somebody else changed it meanwhile. See what is there now with --dry-run, then run again.',
  4: 'See that the hosts named below answer over SSH, then give the same command again.',
  5: 'Another run has these hosts. Wait until it has ended, and run again; one that died is undone first by itself.',
  6: 'A check does not hold. Mend what the failure below names, then give the same command again; what was undone is as it was before.',
  7: 'Look at the hosts named below first: their undo failed, and they may be neither as before nor as wanted.',
  130: 'The run was interrupted. The same command does what is left.',
};

const NO_END =
  'See whether it still runs. If it died, give the same command again: what it left half done is undone or finished first.';

/** The exit code with its meaning; undefined for a run without an end. */
export function exitOf({ result }: RunOutcomes): number | undefined {
  return result && exitCodeOf(result);
}

/** What to do now, by how the run ended; its failures say more. */
export function nextSteps(run: RunOutcomes): readonly string[] {
  const code = exitOf(run);
  return [code === undefined ? NO_END : (BY_CODE[code] ?? ''), ...underWay(run)];
}

/** What had begun when the events end. */
function underWay({ result, spans }: RunOutcomes): readonly string[] {
  const open = result === undefined ? spans.filter(({ state }) => state === 'open') : [];
  const told = open
    .filter(({ kind }) => kind !== 'queue')
    .map(({ host, what }) => (host === undefined ? what : `${host}: ${what}`));
  return told.length === 0 ? [] : [`Under way when the events end: ${told.join('; ')}.`];
}
