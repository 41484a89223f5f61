import { CLOCK } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { PROCESS_FUNCTIONS } from '#keepalived/reads/process.ts';

/** A pod has 30 s to end; kubelet looks for what has ended every second. */
const STOP_SECONDS = 60;

/** A manifest that is put back sooner than this finds kubelet still at it, and costs 15 s. */
const REST_SECONDS = 3;

/** As for any start: kubelet takes up to 15 s where it was still at it. */
const START_SECONDS = 120;

export interface RecreateOptions {
  /** The pod's manifest, in kubelet's folder. */
  readonly manifest: string;
  /** The file that the pod mounts. */
  readonly path: string;
}

/**
 * An sh script that has kubelet make the pod anew, so that it mounts the file that is there now;
 * nothing where it does already, or where there is no manifest. The manifest is renamed to a dot-name
 * and back by a process of its own, which ends by itself when nobody waits for it any more.
 *
 * The dot-name is one that a Write of the manifest clears away: if the host dies while the manifest is
 * hidden, the next run finds it absent, and writes it.
 */
export function recreateScript({ manifest, path }: RecreateOptions): string {
  const names = sh`manifest=${manifest}\nhidden="\${manifest%/*}/.\${manifest##*/}.rota-recreate"`;
  const detached = `${PROCESS_FUNCTIONS}\n${CLOCK}\n${names}\n${HIDE_AND_PUT_BACK}`;
  return `${PROCESS_FUNCTIONS}
${WHEN_READ}
${CLOCK}
${names}
${sh`path=${path} detached=${detached}`}
${RECREATE}`;
}

/** Every step may find that another one of its kind, or another run, has been there before. */
const HIDE_AND_PUT_BACK = `end() { echo "ended $1"; exit "$1"; }
put_back() { if [ -e "$manifest" ]; then rm -f "$hidden"; else mv -f "$hidden" "$manifest"; fi || end 1; }
if [ -e "$manifest" ]; then mv -f "$manifest" "$hidden" || end 1; fi
echo "waiting up to ${STOP_SECONDS} s for kubelet to stop the pod"
start_clock ${STOP_SECONDS}
while [ -n "$(main_processes)" ] && [ ! -e "$manifest" ]; do
  if ! has_time; then
    echo "kubelet has not stopped the pod in ${STOP_SECONDS} s"
    put_back
    end 1
  fi
  sleep 0.1
done
[ ! -e "$manifest" ] || end 0
echo "waiting ${REST_SECONDS} s before the manifest is put back: sooner, kubelet would take 15 s"
sleep ${REST_SECONDS}
put_back
end 0`;

/**
 * The pod goes on to see the file that was there when it was made. It has read what is there now when
 * both are the same, and its own was last written before it read it. A hidden manifest is to come back
 * first: what runs then is on its way out.
 */
const RECREATE = `sum() { { sha256sum <"$1"; } 2>/dev/null; }
is_new() {
  [ -e "$manifest" ] && when_read && seen=/proc/$pid/root$path && [ "$(sum "$seen")" = "$(sum "$path")" ] && is_newer "$read_at" "$(stat -Lc %y "$seen")"
}
[ -e "$manifest" ] || [ -e "$hidden" ] || exit 0
start_clock 10
until when_read || ! has_time; do sleep 0.1; done
! is_new || exit 0
when_read || [ -z "$(main_processes)" ] || { echo "keepalived keeps no configuration that can be seen"; exit 1; }

progress=\${run:-/var/lib/rota}/recreate
: >"$progress"
# Nobody's child: who ends this program, to undo what it does, must not end that one half-way.
(setsid sh -c "$detached" </dev/null >>"$progress" 2>&1 &)
shown=0
show() {
  lines=$(wc -l <"$progress")
  [ "$lines" -gt "$shown" ] || return 0
  sed -n "$((shown + 1)),$((lines))p" "$progress" | sed '/^ended /d'
  shown=$((lines))
}
start_clock ${STOP_SECONDS + REST_SECONDS + 10}
until grep -q '^ended ' "$progress"; do
  show
  has_time || { echo "the program that hides the manifest has not ended"; exit 1; }
  sleep 0.2
done
show
grep -qx 'ended 0' "$progress" || exit 1
echo "waiting up to ${START_SECONDS} s for kubelet to start the pod"
start_clock ${START_SECONDS}
until is_new; do
  if ! has_time; then
    echo "kubelet has not started the pod in ${START_SECONDS} s"
    tail -n 10 /var/log/pods/*keepalived*/keepalived/*.log 2>/dev/null || true
    exit 1
  fi
  sleep 0.2
done`;

/**
 * Shell functions beside PROCESS_FUNCTIONS. The time of keepalived's memfd is when it read its
 * configuration: `when_read` sets `pid` and `read_at` to those of the keepalived that runs, and
 * `is_newer` compares two such times, or one with a file's.
 */
export const WHEN_READ = `when_read() {
  pid=$(main_processes | head -n 1)
  [ -n "$pid" ] && fd=$(memfd "$pid") && [ -n "$fd" ] && read_at=$(stat -Lc %y "$fd")
}
is_newer() { [ "$(printf '%s\\n%s\\n' "$1" "$2" | sort | tail -n 1)" != "$2" ]; }`;
