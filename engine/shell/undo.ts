import { PREAMBLE } from './batch.ts';
import {
  AWAITS_BOOT,
  FOLDERS,
  FOLDERS_OF_ANY_FORMAT,
  HOLDER,
  LET_GO,
  PROCESS_START,
  shellFile,
} from './program-functions.ts';
import { sh } from './quote.ts';

/** Seconds without a heartbeat after which a lease has expired, and an armed host undoes its run. */
export const SILENCE_SECONDS = 20;

/** How an undo ends: the host is as before what was not kept, something of it failed, or it was not armed. */
export const UNDO_STATUS = { undone: 0, failed: 1, notArmed: 3 } as const;

/**
 * The program that undoes a run on its host, from what the run has kept there alone: files back in
 * reverse order, each by rename, then what the run's commands say about taking them back, those of its
 * last program first. Whoever renames `armed` does it; others, the disarming rota among them, come too
 * late. It may run again: one that was cut off, by a power loss most likely, leaves `undoing` for the
 * next. It was written by the rota of the run, so that it fits what the run has kept.
 */
export function undoProgram(runId: string): string {
  return `{
${PREAMBLE}trap '' PIPE HUP
umask 022
${keptPlaces(runId)}
${UNDO}
}
`;
}

/** What the programs of a run have left for its undo: how to come to a path (places.sh). */
export function keptPlaces(runId: string): string {
  return `${FOLDERS_OF_ANY_FORMAT}
${sh`run=$runs/${runId}`}
. "$run/places"`;
}

/** `end_program FOLDER`; needs PROCESS_START. */
export const END_PROGRAM = shellFile(new URL('./end-program.sh', import.meta.url));

const UNDO = `${PROCESS_START}
${END_PROGRAM}
${shellFile(new URL('./undo.sh', import.meta.url))}`;

/**
 * Undoes a run on its host, also what its last phase has done there and kept unless `isKept`, or waits
 * until whoever was faster has done so; prints what it does.
 */
export function undoScript(runId: string, isKept = false): string {
  return `${PREAMBLE}${FOLDERS}
${PROCESS_START}
${sh`run=$runs/${runId}`}
${SETTLE_RUN}
${isKept ? '' : 'mv "$run/done" "$run/armed" 2>/dev/null'}
settle_run "$run"`;
}

/** `settle_run FOLDER` brings a run to its end that is armed, or being undone. */
export const SETTLE_RUN = shellFile(new URL('./settle-run.sh', import.meta.url));

/** Makes what a run has done on a host stay: 0, or 3 when the host has undone it by itself before. */
export function disarmScript(runId: string): string {
  return `${FOLDERS}
${sh`run=$runs/${runId}`}
mv "$run/armed" "$run/done" 2>/dev/null || exit ${UNDO_STATUS.notArmed}
echo done >"$run/result"`;
}

/** `run=FOLDER alive=HEARTBEAT-FILE silence=SECONDS sh -c WATCHDOG` */
export const WATCHDOG = `here=\${alive%/*}
${HOLDER}
${LET_GO}
${AWAITS_BOOT}
${shellFile(new URL('./watchdog.sh', import.meta.url))}`;
