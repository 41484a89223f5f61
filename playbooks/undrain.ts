import type { Answers } from '#engine/model/answers.ts';
import { playbook } from '#engine/model/playbook.ts';
import { stagesIn } from '#engine/model/stages.ts';
import { drained } from '#keepalived/reads/drained.ts';
import type { KeepalivedVars } from '#keepalived/vars.ts';
import { ensureNotDrained } from '#tasks/drained.ts';
import deploy from './deploy.ts';

/** Brings nodes back on duty: all that deploy does for them, as if they were not drained. */
export default playbook<KeepalivedVars>({
  ...deploy,
  name: 'undrain',
  tasks: (node) => {
    const duty = deploy.tasks?.({ ...node, facts: asOnDuty(node.facts) }) ?? [];
    const [first = [], ...rest] = stagesIn(duty);
    return [[ensureNotDrained(), ...first], ...rest];
  },
});

function asOnDuty(facts: Answers): Answers {
  const none = { fact: undefined, status: 0, bytes: Buffer.alloc(0) };
  return facts.with(new Map([[drained.key, none]]));
}
