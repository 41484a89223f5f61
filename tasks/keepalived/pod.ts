import type { Pending } from '#engine/model/state.ts';
import { type Task, task } from '#engine/model/task.ts';
import { CLOCK } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { MANIFEST, manifestPath } from '#keepalived/files.ts';
import { keepalivedProcess, PROCESS_FUNCTIONS } from '#keepalived/reads/process.ts';
import { markedManifest } from '#keepalived/render-manifest.ts';
import type { Node } from '#keepalived/vars.ts';
import { staticPod } from '../containers/static-pod.ts';

/** kubelet takes up to 15 s to start a changed pod of the same name, and may pull the image first. */
const START_SECONDS = 120;

/** A pod has 30 s to end. */
const STOP_SECONDS = 60;

/** A node's static pod, and that it runs. */
export function pod(node: Node, image: string | Pending): readonly Task[] {
  const { manifest, mark } = markedManifest(node, image);
  const folder = node.vars.keepalived_manifest_dir;
  return [
    staticPod({ folder, name: MANIFEST, manifest }),
    podRuns({ mark, manifest: manifestPath(node) }),
  ];
}

export interface PodOptions {
  readonly mark: string | Pending;
  /** Its path. */
  readonly manifest: string;
}

/**
 * One keepalived runs on the host, started from the manifest that carries `mark`; any, when the
 * manifest carries none (''). Nothing is started here: kubelet does that, and this waits for it.
 */
export function podRuns({ mark, manifest }: PodOptions): Task {
  return task({
    title: 'keepalived runs',
    desired: { running: 1, pod: mark },
    reads: { process: keepalivedProcess },
    inspect: ({ process }) => (process.running === 0 ? undefined : process),
    apply: ({ observed }) => {
      const wanted = typeof mark === 'string' ? mark : '';
      return [
        {
          kind: 'run',
          title: 'wait until kubelet has started the pod',
          script: waitScript(wanted),
          undo:
            typeof observed?.pod === 'string'
              ? waitScript(observed.pod)
              : waitForEnd(wanted, manifest),
        },
      ];
    },
  });
}

function waitScript(mark: string): string {
  return `${PROCESS_FUNCTIONS}
${CLOCK}
${sh`wanted=${mark} seconds=${START_SECONDS}`}
started() {
  pids=$(main_processes)
  [ "$(echo "$pids" | grep -c .)" = 1 ] && [ "$(mark_of "$pids")" = "$wanted" ]
}
echo "waiting up to $seconds s for kubelet to start the pod"
start_clock "$seconds"
next=5
until started || ! has_time; do
  sleep 0.5
  [ "$waited" -lt "$next" ] || { echo "waiting for kubelet to start the pod: $waited s of $seconds s"; next=$((waited + 5)); }
done
started && exit 0
echo "kubelet has not started the pod in $seconds s; main processes of keepalived: \${pids:-none}"
echo "See on the host whether kubelet watches the folder (staticPodPath), and what it says: crictl ps -a; journalctl -u kubelet"
tail -n 10 /var/log/pods/*keepalived*/keepalived/*.log 2>/dev/null || true
exit 1`;
}

/**
 * Until the pod with the mark is gone, or any, for a pod without one; but one that the old manifest
 * is of, too, stays: an earlier phase of the run had ended it.
 */
function waitForEnd(mark: string, manifest: string): string {
  return `${PROCESS_FUNCTIONS}
${CLOCK}
${sh`mark=${mark} seconds=${STOP_SECONDS}`}
${sh`! grep -qsF -e ${mark} ${manifest} || exit 0`}
runs() { for pid in $(main_processes); do [ "$(mark_of "$pid")" != "$mark" ] || return 0; done; return 1; }
start_clock "$seconds"
while runs; do
  has_time || { echo "kubelet has not stopped the pod in $seconds s"; exit 1; }
  sleep 0.5
done`;
}
