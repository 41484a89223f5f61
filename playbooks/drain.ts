import { type Playbook, playbook } from '#engine/model/playbook.ts';
import { drainCourse } from '#keepalived/drain-course.ts';
import { lint } from '#keepalived/lint.ts';
import { rings } from '#keepalived/ring.ts';
import { KeepalivedVars, PREFIXES } from '#keepalived/vars.ts';
import { drained } from '#tasks/drained.ts';
import { requireRoot } from '#tasks/requirements.ts';
import { ringReady, ringStep } from '#tasks/vips-held-once.ts';
import { watchVips } from '#tasks/watch-vips.ts';
import { offDuty } from './off-duty.ts';

/**
 * Takes nodes off duty: their VIPs move to the next ones, and stay there over reboots and deploys. The
 * mark comes before the manifest goes, so that the next deploy finishes a drain that was cut short.
 */
export function drain(by: string): Playbook<KeepalivedVars> {
  return playbook<KeepalivedVars>({
    name: 'drain',
    hosts: 'controllers',
    vars: KeepalivedVars,
    prefixes: PREFIXES,
    lint,
    prepare: () => [requireRoot()],
    tasks: (node) => [drained(by), offDuty(node)],
    rollout: {
      serial: 1,
      rings,
      course: drainCourse,
      watch: watchVips,
      ready: ringReady,
      gate: ringStep,
    },
  });
}
