import { PREAMBLE } from './batch.ts';
import { FOLDERS, FOLDERS_OF_ANY_FORMAT, PROCESS_START } from './program-functions.ts';
import { sh } from './quote.ts';

/** Seconds without a heartbeat after which a lease has expired, and an armed host undoes its run. */
export const SILENCE_SECONDS = 20;

/** How an undo ends: the host is as before the run, something of it failed, or it was not armed. */
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
${FOLDERS_OF_ANY_FORMAT}
${sh`id=${runId}`}
run=$runs/$id
${UNDO}
}
`;
}

const UNDO = `${PROCESS_START}
mv "$run/armed" "$run/undoing" 2>/dev/null || [ "$1" = again ] || exit ${UNDO_STATUS.notArmed}
echo "$$ $(started $$)" >"$run/undoer"
end_tree() {
  kill -STOP "$1" 2>/dev/null || return 0
  for child in $(grep -lx "PPid:[[:space:]]*$1" /proc/[0-9]*/status 2>/dev/null); do
    child=\${child#/proc/}
    end_tree "\${child%/status}"
  done
  kill -KILL "$1" 2>/dev/null
}
if read -r pid start <"$run/program" && [ "$(started "$pid")" = "$start" ]; then end_tree "$pid"; fi
same() { [ -f "$1" ] && cmp -s "$1" "$2" && [ "$(stat -c '%a %u %g' "$1")" = "$(stat -c '%a %u %g' "$2")" ]; }
put_back() {
  folder=\${3%/*} name=\${3##*/}
  rm -f "$folder/.$name.rota-"*
  if [ "$2" = absent ]; then rm -f "$3"; return; fi
  same "$run/$1" "$3" && return
  staged=$folder/.$name.rota-$id
  mkdir -p "$folder" && cp -pP "$run/$1" "$staged" && { sync "$staged" 2>/dev/null || sync; } && mv -f "$staged" "$3"
}
failed=
# No file in between: on a full disk it would be empty, and nothing put back.
while read -r number kind path; do
  [ -z "$number" ] || put_back "$number" "$kind" "$path" || { echo "could not put $path back"; failed=yes; }
done <<END || failed=yes
$(sort -rn "$run/paths")
END
for settle in $(ls "$run" | grep '^settle-' | sort -t - -k 2 -rn); do
  sh "$run/$settle" </dev/null 2>&1 || failed=yes
done
if [ -n "$failed" ]; then echo 'undo failed' >"$run/result"; mv "$run/undoing" "$run/undo-failed"; exit ${UNDO_STATUS.failed}; fi
echo undone >"$run/result"
mv "$run/undoing" "$run/undone"`;

/**
 * Undoes a run on its host, also one that was to stay, or waits until whoever was faster has done
 * so; prints what it does.
 */
export function undoScript(runId: string): string {
  return `${PREAMBLE}${FOLDERS}
${PROCESS_START}
${sh`run=$runs/${runId}`}
${SETTLE_RUN}
mv "$run/done" "$run/armed" 2>/dev/null
settle_run "$run"`;
}

/** An undo that does not come to its end: killed each time, or not to be read. */
const TRIES = 3;

/**
 * `settle_run FOLDER` brings a run to its end that is armed, or being undone: undoes it, unless that
 * is going on, and once more when that is cut off. 0: undone. 1: that failed. 3: it was neither.
 */
export const SETTLE_RUN = `
undoer_lives() { read -r pid start 2>/dev/null <"$1/undoer" && [ -n "$start" ] && [ "$(started "$pid")" = "$start" ]; }
settle_run() {
  [ ! -e "$1/armed" ] || sh "$1/undo" first </dev/null
  tries=0 waited=
  while [ -e "$1/undoing" ] && [ "$tries" -lt ${TRIES} ]; do
    # Whoever has just claimed it may not have said so yet.
    if undoer_lives "$1" || { sleep 1; undoer_lives "$1"; }; then
      [ -n "$waited" ] || echo "waiting for the undo that is going on"
      waited=yes
      sleep 1
    elif [ -e "$1/undoing" ]; then tries=$((tries + 1)); sh "$1/undo" again </dev/null; fi
  done
  [ ! -e "$1/armed" ] && [ ! -e "$1/undoing" ] && [ ! -e "$1/undo-failed" ] || return ${UNDO_STATUS.failed}
  [ ! -e "$1/undone" ] || return ${UNDO_STATUS.undone}
  return ${UNDO_STATUS.notArmed}
}`;

/** Makes what a run has done on a host stay: 0, or 3 when the host has undone it by itself before. */
export function disarmScript(runId: string): string {
  return `${FOLDERS}
${sh`run=$runs/${runId}`}
mv "$run/armed" "$run/done" 2>/dev/null || exit ${UNDO_STATUS.notArmed}
echo done >"$run/result"`;
}

/** Runs on the host, apart from every session: undoes the run once the heartbeat is silent. */
export const WATCHDOG = `run=$1 alive=$2
while [ -e "$run/armed" ]; do
  read -r now _ </proc/uptime
  { read -r last <"$alive"; } 2>/dev/null || last=0
  [ $((\${now%%.*} - last)) -lt ${SILENCE_SECONDS} ] || exec sh "$run/undo" first >"$run/undo.log" 2>&1
  sleep 1
done`;
