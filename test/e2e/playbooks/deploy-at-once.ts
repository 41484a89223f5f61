import type { Playbook } from '#engine/model/playbook.ts';
import type { KeepalivedVars } from '#keepalived/vars.ts';
import deploy from '#playbooks/deploy.ts';

const { rollout: _, ...rest } = deploy;

/** All nodes at once, as nobody would on a ring in use: for tests that begin with a ring that is up. */
export default rest satisfies Playbook<KeepalivedVars>;
