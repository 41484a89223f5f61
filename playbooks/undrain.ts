import { playbook, stagesIn } from '#engine/model/playbook.ts';
import { factsOnDuty, onDuty } from '#keepalived/duty.ts';
import type { KeepalivedVars } from '#keepalived/vars.ts';
import { notDrained } from '#tasks/drained.ts';
import deploy, { deployRollout } from './deploy.ts';

/** Brings nodes back on duty: all that deploy does for them, as if they were not drained. */
export default playbook<KeepalivedVars>({
  ...deploy,
  name: 'undrain',
  tasks: (node) => {
    const duty = deploy.tasks?.({ ...node, facts: factsOnDuty(node.facts) }) ?? [];
    const [first = [], ...rest] = stagesIn(duty);
    return [[notDrained(), ...first], ...rest];
  },
  rollout: {
    ...deployRollout,
    course: (ring, options) =>
      deployRollout.course(
        ring.map((node) => (node.target ? onDuty(node) : node)),
        options,
      ),
  },
});
