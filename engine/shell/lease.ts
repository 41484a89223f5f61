import type { About } from '#engine/model/run-record.ts';
import { PREAMBLE } from './batch.ts';
import {
  FOLDERS,
  HOLDER,
  LET_GO,
  PROCESS_START,
  shellFile,
  WRITE_FORMAT,
} from './program-functions.ts';
import { sh } from './quote.ts';
import { END_PROGRAM, SETTLE_RUN, SILENCE_SECONDS } from './undo.ts';

/** Words that a host is sent while it is leased, a line each: go on, and that is all. */
export const BEAT = 'beat\n';
export const END = 'end\n';

/** Well within the silence after which others may take the lease over. */
export const BEAT_MS = 3000;

/**
 * Takes the lease of a host and holds it as long as beats come. A hard link takes it, since that is
 * made once or not at all. What a run that died has left half done is undone first. When its stdin
 * ends without a word, the connection is gone: the heartbeat is stopped at once, so that an armed host
 * need not wait for the silence. Frames: `locked` (lines before it say by whom), `settling RUN`, `held`,
 * `lost`.
 */
export function leaseScript(runId: string, mark: string, about: About): string {
  const lines = Object.entries({ run: runId, ...about }).map(([name, value]) => `${name}=${value}`);
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
frame held
while read -r word && [ "$word" = beat ]; do
  find_holder
  [ "$holder" = "$id" ] || { frame lost; exit 0; }
  beat
  word=
done`;
}

const LEASE_FUNCTIONS = `${PROCESS_START}
${HOLDER}
${LET_GO}
silence_seconds=${SILENCE_SECONDS} beat_seconds=${BEAT_MS / 1000}
${shellFile(new URL('./heartbeat.sh', import.meta.url))}`;

/** Takes the lease away from whoever has it, and prints what it said; nothing when nobody has it. */
export function unlockScript(force: boolean): string {
  return `${PREAMBLE}${FOLDERS}
${LEASE_FUNCTIONS}
find_holder
other=$holder
[ -n "$other" ] || exit 0
cat "$lease"
if ${force ? 'false' : 'lives "$other"'}; then echo alive=yes
else let_go "$other"; fi`;
}
