import { CLOCK } from '#engine/shell/program-functions.ts';

/** keepalived answers within some hundredths of a second; one that is stopped never does. */
const ANSWER_SECONDS = 5;

/**
 * `dump` has the main process of ALL_PROCESSES write its state, and prints it; `pid` is that process, or
 * nothing, and `find_signal`, which comes before, fails for a keepalived that was built without JSON.
 * The dump is a file in keepalived's own /tmp. It is emptied first, since an old one looks like an
 * answer, and is whole when it ends as JSON and grows no more. The number of the signal differs from
 * machine to machine, so that this keepalived itself is asked for it.
 */
export const DUMP = `${CLOCK}
set -- $mains
pid=\${1-}
file=/proc/$pid/root/tmp/keepalived.json
find_signal() { signal=$(chroot "/proc/$pid/root" keepalived --signum=JSON 2>/dev/null); }
dump() {
  [ ! -L "$file" ] || return 1
  [ ! -f "$file" ] || : >"$file"
  kill -"$signal" "$pid" 2>/dev/null || return 1
  text=''
  start_clock ${ANSWER_SECONDS}
  while has_time; do
    sleep 0.1
    last=$text
    [ -s "$file" ] || continue
    text=$(tr -d '\\n' <"$file")
    [ "$text" = "$last" ] || continue
    case $text in *']' | *'}') printf %s "$text"; return ;; esac
  done
  return 1
}`;
