import type { About } from '#engine/model/run-record.ts';
import { PREAMBLE } from './batch.ts';
import { FOLDERS, HOLDER, PROCESS_START, WRITE_FORMAT } from './program-functions.ts';
import { sh } from './quote.ts';
import { SETTLE_RUN, SILENCE_SECONDS } from './undo.ts';

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
${SETTLE_RUN}
${sh`id=${runId} mark=${mark}`}
frame() { printf '\\n%s %s\\n' "$mark" "$*" || exit 0; }
mkdir -p "$here" "$runs" && ${WRITE_FORMAT} && ${sh`printf '%s\n' ${lines} >"$here/lease-$id"`} && beat || { frame broken; exit 0; }
${TAKE}
${SETTLE}
frame held
word=
while read -r word && [ "$word" = beat ]; do
  find_holder
  [ "$holder" = "$id" ] || { frame lost; exit 0; }
  beat
  word=
done
rm -f "$here/alive-$id"
if [ "$word" = end ] || [ ! -e "$runs/$id/armed" ]; then
  find_holder
  [ "$holder" != "$id" ] || rm -f "$lease"
  rm -f "$here/lease-$id"
fi`;
}

/** Uptime, and no clock that somebody may set: `alive-RUN` has when the last beat of a run came. */
const LEASE_FUNCTIONS = `${PROCESS_START}
${HOLDER}
beat() {
  read -r now _ </proc/uptime && echo "\${now%%.*}" >"$here/.alive-$id" &&
    mv -f "$here/.alive-$id" "$here/alive-$id"
}
lives() {
  { read -r last <"$here/alive-$1"; } 2>/dev/null && read -r now _ </proc/uptime || return
  silence=$((\${now%%.*} - last))
  [ "$silence" -ge 0 ] && [ "$silence" -lt ${SILENCE_SECONDS} ]
}`;

/** Between the look at an expired lease and its removal another may take it: one at a time. */
const TAKE = `tries=0 turns=0
until ln "$here/lease-$id" "$lease" 2>/dev/null; do
  turns=$((turns + 1))
  [ "$turns" -lt 50 ] || { ln "$here/lease-$id" "$lease"; frame broken; exit 0; }
  find_holder
  other=$holder
  if lives "$other"; then
    cat "$lease"
    rm -f "$here/lease-$id" "$here/alive-$id"
    frame locked
    exit 0
  fi
  if mkdir "$here/takeover" 2>/dev/null; then
    find_holder
    if [ "$holder" = "$other" ] && ! lives "$other"; then rm -f "$lease" "$here/lease-$other" "$here/alive-$other"; fi
    rmdir "$here/takeover"
  else
    tries=$((tries + 1))
    [ "$tries" -lt 5 ] || rmdir "$here/takeover" 2>/dev/null
    sleep 1
  fi
done`;

/** It may take longer than the silence after which others would take the lease over. */
const SETTLE = `beat_meanwhile() { while kill -0 $$ && beat; do sleep ${BEAT_MS / 1000}; done; }
beater=
for armed in "$runs"/*/armed "$runs"/*/undoing; do
  [ -e "$armed" ] || continue
  [ -n "$beater" ] || { beat_meanwhile </dev/null >/dev/null 2>&1 & beater=$!; }
  old=\${armed%/*}
  frame settling "\${old##*/}"
  settle_run "$old"
  frame settled "\${old##*/}" "$?"
done
[ -z "$beater" ] || { kill "$beater"; wait "$beater"; beat; }`;

/** Takes the lease away from whoever has it, and prints what it said; nothing when nobody has it. */
export function unlockScript(force: boolean): string {
  return `${PREAMBLE}${FOLDERS}
${LEASE_FUNCTIONS}
find_holder
other=$holder
[ -n "$other" ] || exit 0
cat "$lease"
if ${force ? 'false' : 'lives "$other"'}; then echo alive=yes
else rm -f "$lease" "$here/lease-$other" "$here/alive-$other"; fi`;
}
