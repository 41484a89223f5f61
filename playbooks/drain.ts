import { type Playbook, playbook } from '#engine/model/playbook.ts';
import { lint } from '#keepalived/lint.ts';
import { planDrain } from '#keepalived/plan-drain.ts';
import type { KeepalivedVars } from '#keepalived/vars.ts';
import { drained } from '#tasks/keepalived/drained.ts';
import { noPod } from '#tasks/keepalived/no-pod.ts';
import { rootAccess } from '#tasks/keepalived/requirements.ts';
import { controllers, inRings } from './ring.ts';

/**
 * Takes nodes off duty: their VIPs move to the next ones, and stay there over reboots and deploys. The
 * mark comes before the manifest goes, so that the next deploy finishes a drain that was cut short.
 */
export function drain(by: string): Playbook<KeepalivedVars> {
  return playbook<KeepalivedVars>({
    ...controllers,
    name: 'drain',
    lint,
    prepare: () => [rootAccess()],
    tasks: (node) => [drained(by), noPod(node)],
    rollout: inRings(planDrain),
  });
}
