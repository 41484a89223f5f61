# `settle_run FOLDER` brings a run to its end that is armed, or being undone: undoes it, unless that
# is going on, and once more when that is cut off; one that comes to no end is killed each time, or is
# not to be read. The statuses are UNDO_STATUS of undo.ts: 0 undone, 1 that failed, 3 it was neither.
undoer_lives() { read -r pid start 2>/dev/null <"$1/undoer" && [ -n "$start" ] && [ "$(started "$pid")" = "$start" ]; }
settle_run() {
  [ ! -e "$1/armed" ] || sh "$1/undo" first </dev/null
  tries=0 waited=
  while [ -e "$1/undoing" ] && [ "$tries" -lt 3 ]; do
    # Whoever has just claimed it may not have said so yet.
    if undoer_lives "$1" || { sleep 1; undoer_lives "$1"; }; then
      [ -n "$waited" ] || echo "waiting for the undo that is going on"
      waited=yes
      sleep 1
    elif [ -e "$1/undoing" ]; then tries=$((tries + 1)); sh "$1/undo" again </dev/null; fi
  done
  [ ! -e "$1/armed" ] && [ ! -e "$1/undoing" ] && [ ! -e "$1/undo-failed" ] || return 1
  [ ! -e "$1/undone" ] || return 0
  return 3
}
