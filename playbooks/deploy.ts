import {
  type Playbook,
  playbook,
  type RingNode,
  type TaskContext,
} from '#engine/model/playbook.ts';
import { type Task, tagged } from '#engine/model/task.ts';
import { advise } from '#keepalived/advise.ts';
import { buildHostOf, imageOf, imageSourcesOf } from '#keepalived/image-source.ts';
import { instancesIn } from '#keepalived/instances.ts';
import { lint } from '#keepalived/lint.ts';
import { type NodeChange, nodeChange, wantedOf } from '#keepalived/node-change.ts';
import { planRing } from '#keepalived/plan-ring.ts';
import { drainedBy } from '#keepalived/reads/drained.ts';
import { ringsOf } from '#keepalived/ring.ts';
import type { KeepalivedVars } from '#keepalived/vars.ts';
import { image } from '#tasks/containers/image.ts';
import { imageReference, nodeImage } from '#tasks/containers/node-image.ts';
import { checkPrograms, configuration } from '#tasks/keepalived/configuration.ts';
import { loaded } from '#tasks/keepalived/configuration-loaded.ts';
import { notDrained } from '#tasks/keepalived/drained.ts';
import { firstContact } from '#tasks/keepalived/first-contact.ts';
import { noPod } from '#tasks/keepalived/no-pod.ts';
import { nonlocalBind } from '#tasks/keepalived/nonlocal-bind.ts';
import { pod } from '#tasks/keepalived/pod.ts';
import { notifyRequirements, requirements } from '#tasks/keepalived/requirements.ts';
import { takenOver } from '#tasks/keepalived/taken-over.ts';
import { vipsHeldOnce } from '#tasks/keepalived/vips-held-once.ts';
import { controllers, inRings } from './ring.ts';

/** keepalived on every controller, as a static pod, one node at a time, each VIP held once. */
export default deployment('deploy');

/** Brings nodes back on duty: all that deploy does for them, as if they were not drained. */
export const undrain = deployment('undrain', { undrain: true });

/** `undrain`: nodes that are changed come back on duty; else those that are drained stay so. */
function deployment(name: string, { undrain = false } = {}): Playbook<KeepalivedVars> {
  return playbook<KeepalivedVars>({
    ...controllers,
    name,
    lint,
    advise,
    localHost: buildHostOf,
    local: ({ members, facts }) =>
      tagged(
        ['image'],
        imageSourcesOf(members).map((source) => image(source, facts)),
      ),
    prepare: (node) => [
      ...tagged(
        ['always'],
        [...requirements(node), ...notifyRequirements(node), ...firstContact(node)],
      ),
      ...tagged(
        ['image'],
        [nodeImage({ ...imageOf(node), runtime: node.vars.keepalived_runtime })],
      ),
    ],
    tasks: (node) => tasks(node, undrain),
    rollout: inRings((ring, options) =>
      planRing(
        ring.map((node) => change(node, undrain && node.target)),
        options,
      ),
    ),
    verify: (members, scope) => ringsOf(members).map((ring) => vipsHeldOnce(ring, scope)),
  });
}

function tasks(node: TaskContext<KeepalivedVars>, undrain: boolean): readonly Task[] {
  const reference = imageReference(imageOf(node));
  const isDrained = !undrain && node.facts.find(drainedBy) !== undefined;
  // keepalived 2.2.7 ends when it loads no instance at all, and leaves the VIPs that it held.
  const runs = !isDrained && instancesIn(node, node.members, node.meanwhile).length > 0;
  return [
    ...(undrain ? [notDrained()] : []),
    ...tagged(['config'], runs ? checkPrograms(node, reference) : []),
    ...tagged(['config'], takenOver(node)),
    ...tagged(['sysctl'], nonlocalBind(node)),
    ...tagged(['config'], configuration(node, reference)),
    ...tagged(['pod'], runs ? pod(node, reference) : [noPod(node)]),
    ...tagged(['config'], runs ? [loaded(node)] : []),
  ];
}

function change(node: RingNode<KeepalivedVars>, undrain: boolean): NodeChange {
  const drained = undrain ? undefined : node.facts.find(drainedBy);
  return nodeChange(node, wantedOf(node, imageReference(imageOf(node)), drained));
}
