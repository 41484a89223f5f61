import type { About } from '#engine/model/run-record.ts';
import { PREAMBLE } from './batch.ts';
import {
  AWAITS_BOOT,
  FOLDERS,
  HOLDER,
  LET_GO,
  PROCESS_START,
  shellFile,
  WRITE_FORMAT,
} from './program-functions.ts';
import { sh } from './quote.ts';
import { END_PROGRAM, SETTLE_RUN, SILENCE_SECONDS, WATCHDOG } from './undo.ts';

/** Words that a host is sent while it is leased, a line each: go on, and that is all. */
export const BEAT = 'beat\n';
export const END = 'end\n';

/** Well within the silence after which others may take the lease over. */
export const BEAT_MS = 3000;

interface LeaseInput {
  readonly runId: string;
  /** Unguessable; starts every frame. */
  readonly mark: string;
  readonly about: About;
  /** The run has had the host booted. */
  readonly isBack?: boolean;
}

/**
 * Takes the lease of a host and holds it as long as beats come. A hard link takes it, since that is
 * made once or not at all. What a run that died has left half done is undone first. When its stdin
 * ends without a word, the connection is gone: the heartbeat is stopped at once, so that an armed host
 * need not wait for the silence. Frames: `locked` (lines before it say by whom), `settling RUN`, `held`,
 * `lost`.
 */
export function leaseScript({ runId, mark, about, isBack = false }: LeaseInput): string {
  const lines = Object.entries({ run: runId, ...about }).map(([name, value]) => `${name}=${value}`);
  const comeBack = isBack ? `${sh`watchdog=${WATCHDOG}`}\n${COME_BACK}` : '';
  return `${PREAMBLE}trap '' PIPE HUP
umask 077
${FOLDERS}
${LEASE_FUNCTIONS}
${END_PROGRAM}
${SETTLE_RUN}
${sh`id=${runId} mark=${mark} about=${lines.join('\n')}`}
frame() { printf '\\n%s %s\\n' "$mark" "$*" || exit 0; }
{ [ -d "$here" ] && [ -d "$runs" ] || mkdir -p "$here" "$runs"; } && ${WRITE_FORMAT} || { frame broken; exit 0; }
${shellFile(new URL('./take-lease.sh', import.meta.url))}
${comeBack}
frame held
while read -r word && [ "$word" = beat ]; do
  find_holder
  [ "$holder" = "$id" ] || { frame lost; exit 0; }
  beat
  word=
done`;
}

const COME_BACK = shellFile(new URL('./come-back.sh', import.meta.url));

/** How far the boot of a host is: it is up again, not down yet, or will not come. Else the run has lost the host. */
export const BOOT_STATUS = { back: 0, notYet: 1, refused: 3 } as const;

/** Asks that, and prints why it will not come. */
export function bootScript(runId: string): string {
  return `${FOLDERS}
${sh`run=$runs/${runId}`}
[ ! -e "$run/not-booted" ] || { cat "$run/boot.log"; exit ${BOOT_STATUS.refused}; }
read -r before _ <"$run/booting" && read -r boot </proc/sys/kernel/random/boot_id || exit 4
[ "$boot" != "$before" ]`;
}

const LEASE_FUNCTIONS = `${PROCESS_START}
${HOLDER}
${LET_GO}
${AWAITS_BOOT}
silence_seconds=${SILENCE_SECONDS} beat_seconds=${BEAT_MS / 1000}
${shellFile(new URL('./heartbeat.sh', import.meta.url))}`;

/** Takes the lease away from whoever has it, and prints what it said; nothing when nobody has it. */
export function unlockScript(force: boolean): string {
  return `${PREAMBLE}${FOLDERS}
${LEASE_FUNCTIONS}
find_holder
other=$holder
[ -z "$other" ] || cat "$lease"
for run in "$runs"/*; do
  [ -z "$other" ] && awaits_boot "$run" || continue
  other=\${run##*/}
  echo "run=$other"
  cat "$run/about"
done
[ -n "$other" ] || exit 0
if ${force ? 'false' : '{ lives "$other" || awaits_boot "$runs/$other"; }'}; then echo alive=yes
else rm -f "$runs/$other/booting"; let_go "$other"; fi`;
}
