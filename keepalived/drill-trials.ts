import type { Fault, Trial } from '#engine/model/drill.ts';
import { Failure } from '#engine/model/failure.ts';
import { CLOCK } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { expectedHolders } from './expected-holders.ts';
import { ringInstances } from './instances.ts';
import { takeoverMs } from './ladder.ts';
import { PROCESS_FUNCTIONS } from './reads/process.ts';
import type { Node } from './vars.ts';

export interface TrialsRequest {
  /** The nodes that may hold VIPs: those that are on duty. */
  readonly able: ReadonlySet<string>;
  /** Only the n-th VIP of the ring, from 1; else all. */
  readonly vip?: number | undefined;
  /** Whether the holder says that it goes, with an advert of priority 0. */
  readonly graceful: boolean;
  faultFor(node: Node): Fault;
}

/** A trial for each VIP of a ring that is whole: its holder goes, and the next by priority comes. */
export function drillTrials(ring: readonly Node[], request: TrialsRequest): readonly Trial[] {
  const { able, vip, graceful, faultFor } = request;
  const holders = expectedHolders(ring, able);
  const chosen = vip === undefined ? holders : holders.slice(vip - 1, vip);
  if (chosen.length === 0) throw noSuchVip(holders.length);
  return chosen.map(({ vip: address, holder }) => {
    const node = ring.find(({ host }) => host.name === holder);
    const others = new Set([...able].filter((name) => name !== holder));
    const successor = expectedHolders(ring, others).find((one) => one.vip === address)?.holder;
    if (node === undefined || successor === undefined) throw nobodyElse(address);
    const moves = holders.filter((one) => one.holder === node.host.name).map((one) => one.vip);
    const boundMs = takeoverMs(priorityOf(ring, successor, address), { graceful });
    const fault = faultFor(node);
    return { name: address, noun: 'VIP', holder: node.host.name, successor, moves, boundMs, fault };
  });
}

function priorityOf(ring: readonly Node[], name: string, address: string): number {
  const member = ring.find(({ host }) => host.name === name);
  const instances = member === undefined ? [] : ringInstances(member, ring);
  return instances.find((instance) => instance.vip === address)?.priority ?? 0;
}

function noSuchVip(count: number): Failure {
  return new Failure('The ring has no VIP of that number', {
    fix: `Give --vip a number from 1 to ${count}, or leave it out.`,
  });
}

function nobodyElse(vip: string): Failure {
  return new Failure('No other node could take the VIP over, so nothing was tried', {
    where: vip,
    fix: 'A drill needs a second node on duty in the ring.',
  });
}

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
