import { playbook } from '#engine/model/playbook.ts';
import rebooting from './reboot.ts';

const { rollout: _, ...atOnce } = rebooting;

/** All hosts at once, with nothing that takes a change back. */
export default playbook({ ...atOnce, name: 'reboot at once' });
