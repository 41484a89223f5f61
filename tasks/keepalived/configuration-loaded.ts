import type { TaskContext } from '#engine/model/playbook.ts';
import type { Text } from '#engine/model/secret.ts';
import { type Task, task } from '#engine/model/task.ts';
import { CLOCK } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { CONFIGURATION, manifestPath, mountOf } from '#keepalived/files.ts';
import { configurationMark, NORMALISE_SED } from '#keepalived/normalise.ts';
import { keepalivedProcess, PROCESS_FUNCTIONS } from '#keepalived/reads/process.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import type { KeepalivedVars } from '#keepalived/vars.ts';
import { recreateScript, WHEN_READ } from './recreate-pod.ts';

/** A reload takes some tenths of a second, unless keepalived's own check of it took its five seconds. */
const RELOAD_SECONDS = 30;

/** A node's keepalived has loaded what the inventory wants of it. */
export function loaded(node: TaskContext<KeepalivedVars>): Task {
  return configurationLoaded({
    path: CONFIGURATION,
    configuration: renderConfig(node, node.members, node.without),
    manifest: manifestPath(node),
    mount: mountOf(node),
  });
}

export interface LoadedOptions {
  readonly path: string;
  readonly configuration: Text;
  readonly manifest: string;
  /** How the pod gets at the file. Mounted by itself, it is seen as it was when the pod was made. */
  readonly mount: 'directory' | 'file';
}

/**
 * What keepalived has loaded is the configuration at `path`. A state, and no handler: a run that dies between
 * the file and the reload is finished by the next one. Into force by SIGHUP, which moves no VIP; a pod
 * that mounts the file itself is recreated, and its VIPs move to its peers meanwhile.
 */
export function configurationLoaded(options: LoadedOptions): Task {
  const { path, configuration, manifest, mount } = options;
  const script = mount === 'directory' ? reload(path) : recreateScript({ manifest, path });
  return task({
    title: 'keepalived has loaded its configuration',
    desired: { configuration: configurationMark(configuration) },
    reads: { process: keepalivedProcess },
    inspect: ({ process }) =>
      process.configuration === undefined
        ? undefined
        : {
            configuration: process.isLoaded
              ? configurationMark(process.configuration)
              : 'another than the one that it has read',
          },
    apply: ({ observed }) => [
      {
        kind: 'run',
        title: mount === 'directory' ? 'reload keepalived' : 'recreate the pod',
        script,
        undo: observed === undefined ? ifItIsToRun(manifest) + script : script,
      },
    ],
  });
}

/**
 * Where none ran before, one is to run with the old configuration only if an earlier phase of the run
 * had ended it. It is back by then, or will find the old file as it starts.
 */
const ifItIsToRun = (manifest: string) => `${PROCESS_FUNCTIONS}
${sh`[ -e ${manifest} ]`} && [ -n "$(main_processes)" ] || exit 0
`;

/**
 * A reload only disturbs a keepalived that has read the file already, such as one that has just
 * started. One that was reading when the file was put in place may have read what was there before, and
 * its next reading be that of the signal before ours: what it keeps is compared with the file. A file
 * that includes another never equals that (normalise.ts), but of two readings one began after it was put.
 *
 * With reload_check_config a child of keepalived reads it first, for at most five seconds. Then keepalived
 * reads it itself, which its own place in what was read tells; or drops the reload for good, and is told
 * again. That child must be gone for a while by then: two readings at once would spoil each other.
 *
 * Without a file there is nothing to load: keepalived 2.2.7 ends when it is told to. It ignores
 * signals until it has started, though it has read its file by then.
 */
const reload = (path: string) => `${PROCESS_FUNCTIONS}
${WHEN_READ}
${CLOCK}
${sh`path=${path}`}
[ -e "$path" ] || exit 0
plain() { sed -E '${NORMALISE_SED}' "$1" 2>/dev/null; }
has_read_it() { is_newer "$read_at" "$(stat -c %z "$path")" && [ "$(plain "$fd")" = "$(plain "$path")" ]; }
takes_signals() { when_read && grep -q '^SigIgn:.*[02468ace]$' "/proc/$pid/status" 2>/dev/null; }
is_at_rest() { seen_at=$read_at; sleep 0.1; when_read && [ "$read_at" = "$seen_at" ]; }
is_in_force() {
  find_mains
  size=$(stat -Lc %s "$fd" 2>/dev/null) && is_loaded "$pid" "$size" || return
  [ "$checked" != 0 ] || return 0
  { read -r _ place <"/proc/$pid/fdinfo/\${fd##*/}"; } 2>/dev/null && [ "$place" = "$size" ]
}
count() { find_mains; set -- $all; processes=$# quiet=0; }
is_quiet() {
  find_mains
  set -- $all
  quiet=$((quiet + 1))
  [ $# -le "$processes" ] || quiet=0
  [ "$quiet" -ge 20 ]
}
start_clock ${RELOAD_SECONDS}
again() {
  has_time || { echo "$1"; exit 1; }
  sleep 0.1
}
until when_read; do again "keepalived keeps no configuration that can be seen"; done
readings=0 checked=0
count
until is_in_force || ! has_read_it || is_quiet; do again "keepalived has not begun with what it has read"; done
until is_in_force && { has_read_it || [ "$readings" -ge 2 ]; }; do
  until takes_signals; do again "keepalived takes no signal"; done
  before=$read_at
  count
  checked=$(grep -c '^reload_check_config' "$fd" 2>/dev/null) || :
  kill -HUP "$pid"
  until { when_read && [ "$read_at" != "$before" ] && { has_read_it || is_at_rest; } && is_in_force; } || { [ "$checked" != 0 ] && is_quiet; }; do
    again "keepalived has not reloaded in ${RELOAD_SECONDS} s"
  done
  readings=$((readings + 1))
done`;
