import { CLOCK } from '#engine/shell/clock.ts';
import { sh } from '#engine/shell/quote.ts';
import { PROCESS_FUNCTIONS } from './reads/process.ts';

/** Longer than a trial leaves a manifest away. */
const GUARD_SECONDS = 40;

/**
 * Takes a pod's manifest away from kubelet, which stops the pod as for any other removal. The name it
 * gets is one that kubelet passes over, and that a Write of the manifest clears away. A process of the
 * node's own puts it back when nobody else does.
 */
export function hideScript(manifest: string): string {
  const guard = `${CLOCK}
${namesOf(manifest)}
sleep 5
start_clock ${GUARD_SECONDS - 5}
while [ -e "$hidden" ] && has_time; do sleep 1; done
put_back`;
  return `trap '' HUP PIPE
{
${namesOf(manifest)}
[ -e "$manifest" ] || { echo "$manifest is not there" >&2; exit 1; }
${sh`setsid sh -c ${guard} </dev/null >/dev/null 2>&1 &`}
mv -f "$manifest" "$hidden"
exit
}`;
}

/** Puts it back; nothing when it is there. */
export function putBackScript(manifest: string): string {
  return `{
${namesOf(manifest)}
put_back
exit
}`;
}

/** The end of process 1 of a container is that of all its processes. None of them can say a word. */
export const KILL_SCRIPT = `{
${PROCESS_FUNCTIONS}
pids=$(main_processes)
[ -n "$pids" ] || { echo 'no keepalived runs' >&2; exit 1; }
kill -KILL $pids
exit
}`;

function namesOf(manifest: string): string {
  return `${sh`manifest=${manifest}`}
hidden="\${manifest%/*}/.\${manifest##*/}.rota-drill"
put_back() {
  [ -e "$hidden" ] || return 0
  if [ -e "$manifest" ]; then rm -f "$hidden"; else mv -f "$hidden" "$manifest"; fi
}`;
}
