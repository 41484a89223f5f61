# `end_program FOLDER` ends the program of a run with all that it has started: what is stopped first, starts
# no more. `started` is PROCESS_START of program-functions.ts.
end_tree() {
  kill -STOP "$1" 2>/dev/null || return 0
  for child in $(grep -lx "PPid:[[:space:]]*$1" /proc/[0-9]*/status 2>/dev/null); do
    child=${child#/proc/}
    end_tree "${child%/status}"
  done
  kill -KILL "$1" 2>/dev/null
}
program_lives() {
  { read -r pid start <"$1/program"; } 2>/dev/null && [ -n "$start" ] && [ "$(started "$pid")" = "$start" ]
}
end_program() { ! program_lives "$1" || end_tree "$pid"; }
