import { type Task, task } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';
import { CLOCK } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { familyOf } from '#keepalived/address.ts';
import { manifestPath } from '#keepalived/files.ts';
import { vipsOf } from '#keepalived/node-address.ts';
import { interfaces } from '#keepalived/reads/interfaces.ts';
import { keepalivedProcess, PROCESS_FUNCTIONS } from '#keepalived/reads/process.ts';
import { ringOf } from '#keepalived/ring.ts';
import type { Node } from '#keepalived/vars.ts';

/** kubelet may only see at its next scan, 20 s later, that the manifest is gone, and grants 30 s. */
const END_SECONDS = 60;

/** As for any start: kubelet takes up to 15 s, and may pull the image first. */
const START_SECONDS = 120;

/**
 * No keepalived on the host, none that kubelet would start, and none of the VIPs. kubelet ends the
 * pod gracefully once its manifest is gone, so that the next node takes over at once. A VIP that a
 * killed keepalived left behind is taken off.
 */
export function noPod(node: Node & { readonly members: readonly Node[] }): Task {
  const manifest = manifestPath(node);
  const vips = vipsOf(node.vars, ringOf(node, node.members).length);
  const families = [...new Set(vips.map(familyOf))];
  return task({
    title: 'keepalived does not run',
    desired: { manifest: 'absent', running: 0, vips: '' },
    reads: { there: fileAt(manifest), process: keepalivedProcess, now: interfaces(families) },
    inspect: ({ there, process, now }) => ({
      manifest: there.type === 'absent' ? 'absent' : 'there',
      running: process.running,
      vips: vips.filter((vip) => now.addresses.some(({ address }) => address === vip)).join(' '),
    }),
    apply: () => [
      { kind: 'remove', path: manifest },
      {
        kind: 'run',
        title: 'wait until kubelet has ended the pod',
        script: endScript(vips),
        undo: startScript(manifest),
      },
    ],
  });
}

/** Shell that waits until the pod has ended, where its manifest is gone. */
export function waitForNoPod(manifest: string): string {
  return `${PROCESS_FUNCTIONS}
${sh`if [ ! -e ${manifest} ]; then`}
${waiting(END_SECONDS, 'end the pod', '[ -z "$(main_processes)" ]')}
fi`;
}

function endScript(vips: readonly string[]): string {
  return `${PROCESS_FUNCTIONS}
${waiting(END_SECONDS, 'end the pod', '[ -z "$(main_processes)" ]')}
held() { ip -o addr show | while read -r _ dev _ address _; do [ "\${address%/*}" != "$1" ] || echo "$address $dev"; done; }
${sh`for vip in ${vips}; do`}
  found=$(held "$vip")
  [ -n "$found" ] || continue
  echo "$found" | while read -r address dev; do
    echo "taking $vip off $dev, which keepalived has left there"
    ip addr del "$address" dev "$dev"
  done
  [ -z "$(held "$vip")" ] || { echo "$vip stays on the node"; exit 1; }
done`;
}

function startScript(manifest: string): string {
  return `${PROCESS_FUNCTIONS}
${sh`[ -e ${manifest} ] || exit 0`}
${waiting(START_SECONDS, 'start the pod again', '[ -n "$(main_processes)" ]')}`;
}

/** `for` says what kubelet is waited for, `condition` is the sh that succeeds once it has done so. */
function waiting(seconds: number, what: string, condition: string): string {
  return `${CLOCK}
${sh`seconds=${seconds} what=${what}`}
start_clock "$seconds"
next=0
until ${condition}; do
  has_time || { echo "kubelet has not done in $seconds s: $what"; exit 1; }
  [ "$waited" -lt "$next" ] || { echo "waiting for kubelet to $what: $waited s of $seconds s"; next=$((waited + 5)); }
  sleep 0.1
done`;
}
