import { trackedChecks } from './profile.ts';
import type { KeepalivedVars, Node } from './vars.ts';

/** What VRRP takes to a VIP on its node beside the checks, and to look at it; kubelet's start is over. */
const VRRP_SECONDS = 30;

/** For how long a ring may take to be whole, where the inventory says nothing else. */
export function gateSeconds(members: readonly Node[]): number {
  return Math.max(...members.map(({ vars }) => vars.keepalived_gate_seconds ?? ownSeconds(vars)));
}

/** Time for a check to be found failing, and then well again. */
function ownSeconds(vars: KeepalivedVars): number {
  const times = trackedChecks(vars).map(
    ({ interval, timeout, rise, fall }) => (rise + fall) * (interval + timeout),
  );
  return VRRP_SECONDS + Math.max(0, ...times);
}

/** Far enough apart for a check that fails to show: all its tries, and its last one's time. */
export function spacingSeconds(members: readonly Node[]): number {
  const times = members
    .flatMap(({ vars }) => trackedChecks(vars))
    .map(({ interval, fall, timeout }) => interval * fall + timeout);
  return Math.max(4, ...times);
}
