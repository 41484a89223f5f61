import { Failure } from '#engine/model/failure.ts';
import { exitCodeOf } from '#engine/report/exit-code.ts';
import type { HostSummary, RunResult } from '#engine/run/events.ts';
import type { SliceEnd } from './held.ts';

/** How one slice of a run came out. */
export interface SliceOutcome {
  /** Its name. */
  readonly where: string;
  /** The hosts that it is to change. */
  readonly targets: readonly string[];
  readonly end: SliceEnd | undefined;
  readonly summaries: readonly HostSummary[];
  readonly result: RunResult | undefined;
}

/** What the runs of slices do not say themselves: that something was not done. */
export function undoneSlices(
  outcomes: readonly SliceOutcome[],
  { mode, interrupted }: Pick<RunResult, 'mode' | 'interrupted'>,
): readonly Failure[] {
  const lost = outcomes.flatMap(lostIn);
  if (interrupted) return lost;
  const good = outcomes.filter(({ result }) => result !== undefined && !hasFailed(result));
  const left = outcomes.flatMap(({ end, where }) => (end === undefined ? [where] : []));
  return [
    ...lost,
    ...good.flatMap(missingIn),
    ...(mode === 'apply' ? good.flatMap(deniedIn) : []),
    ...(left.length === 0 ? [] : [notBegun(left.join(', '))]),
  ];
}

function hasFailed(result: RunResult): boolean {
  return ![0, 2].includes(exitCodeOf(result));
}

/** The dead letters: slices of which nobody knows how they ended. */
function lostIn({ end, where, targets, result }: SliceOutcome): readonly Failure[] {
  if (end === undefined || result !== undefined) return [];
  const why = 'givenUp' in end ? end.givenUp : 'its process ended without a result';
  return [
    new Failure('A slice was given up', {
      where,
      ran: `${targets.join(', ')}: ${why}`,
      fix: 'See what its workers say, and run it again: what was left half done is undone or finished first.',
    }),
  ];
}

function missingIn({ where, targets, summaries }: SliceOutcome): readonly Failure[] {
  const told = new Set(summaries.map(({ host }) => host));
  const missing = targets.filter((host) => !told.has(host));
  if (missing.length === 0) return [];
  return [
    new Failure('A worker has told nothing of hosts of its slice', {
      where,
      ran: missing.join(', '),
      fix: 'Let the inventory say the same on each machine, and run again.',
    }),
  ];
}

/** Where it was given no leave for rings, a run ends as one that is done. */
function deniedIn({ where, summaries }: SliceOutcome): readonly Failure[] {
  const left = summaries.flatMap(({ host, pending }) => (pending > 0 ? [host] : []));
  if (left.length === 0) return [];
  return [
    new Failure('Rings were not changed, since too many hosts had failed', {
      where,
      ran: left.join(', '),
      fix: MEND,
    }),
  ];
}

function notBegun(where: string): Failure {
  return new Failure('Slices were not begun, since too many hosts had failed', {
    where,
    fix: MEND,
  });
}

const MEND = 'Mend the hosts that failed and run again, or let more of them fail: --max-fail';
