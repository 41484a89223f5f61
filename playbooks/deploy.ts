import { playbook, type RingNode, type Rollout, type TaskContext } from '#engine/model/playbook.ts';
import { reveal, type Text } from '#engine/model/secret.ts';
import type { Pending } from '#engine/model/state.ts';
import { type Task, tagged } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';
import { builtImage } from '#engine/reads/image-source.ts';
import { familyOf } from '#keepalived/address.ts';
import { advise } from '#keepalived/advise.ts';
import { course } from '#keepalived/course.ts';
import { familiesOf } from '#keepalived/families.ts';
import { type Instance, ringInstances } from '#keepalived/instances.ts';
import { lint } from '#keepalived/lint.ts';
import { markedManifest } from '#keepalived/marked-manifest.ts';
import { ownAddresses, prefixLengthOf } from '#keepalived/node-address.ts';
import { drainedBy } from '#keepalived/reads/drained.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import { rings } from '#keepalived/ring.ts';
import { factOf, type Wanted } from '#keepalived/standing.ts';
import { KeepalivedVars, PREFIXES } from '#keepalived/vars.ts';
import { configurationCheck } from '#tasks/configuration-check.ts';
import { configurationLoaded } from '#tasks/configuration-loaded.ts';
import { noteDuty } from '#tasks/drained.ts';
import { file } from '#tasks/file.ts';
import { folder } from '#tasks/folder.ts';
import { image } from '#tasks/image.ts';
import { imageReference, nodeImage } from '#tasks/node-image.ts';
import { podRuns } from '#tasks/pod-running.ts';
import { requireInterface, requireRoot } from '#tasks/requirements.ts';
import { staticPod } from '#tasks/static-pod.ts';
import { sysctl } from '#tasks/sysctl.ts';
import { ringReady, ringStep, vipsHeldOnce } from '#tasks/vips-held-once.ts';
import { watchVips } from '#tasks/watch-vips.ts';
import { buildHostOf, imageSourceOf, imageSourcesOf } from './image-source.ts';
import { mountOf } from './mount.ts';
import { manifestOf, offDuty } from './off-duty.ts';
import { CONFIGURATION, CONFIGURATION_FOLDER, MANIFEST } from './paths.ts';

/** As deploy changes a ring. */
export const deployRollout = {
  serial: 1,
  rings,
  course: (ring, options) => course({ ring, options, wantedOf }),
  ready: ringReady,
  gate: ringStep,
  watch: watchVips,
} satisfies Rollout<KeepalivedVars>;

/** keepalived on every controller, as a static pod, one node at a time, each VIP held once. */
export default playbook<KeepalivedVars>({
  name: 'deploy',
  hosts: 'controllers',
  vars: KeepalivedVars,
  prefixes: PREFIXES,
  lint,
  advise,

  localHost: buildHostOf,

  local: ({ members, facts }) =>
    tagged(
      ['image'],
      imageSourcesOf(members).map((source) => image(source, facts)),
    ),

  prepare: ({ vars, local }) => {
    const source = imageSourceOf(vars);
    const addresses = ownAddresses(vars).map((address) => ({
      address,
      prefixLength: prefixLengthOf(vars, familyOf(address)),
    }));
    const image = local.get(builtImage(source));
    return [
      ...tagged(
        ['always'],
        [noteDuty(), requireRoot(), requireInterface(vars.vrrp_interface, addresses)],
      ),
      ...tagged(['image'], [nodeImage({ source, image, runtime: vars.keepalived_runtime })]),
    ];
  },

  tasks: (node) => {
    const image = imageOf(node);
    const { configuration, mark } = wantedOf(node, node.without);
    return [
      ...tagged(['sysctl'], sysctls(node)),
      ...tagged(
        ['config'],
        [
          folder({ path: CONFIGURATION_FOLDER }),
          file({
            path: CONFIGURATION,
            body: configuration,
            check: configurationCheck({
              image,
              mark,
              vars: node.vars,
              instances: instancesIn(node),
            }),
          }),
        ],
      ),
      ...(isOnDuty(node)
        ? [
            ...tagged(['pod'], pod(node, image, mark)),
            ...tagged(['config'], [loaded(node, configuration)]),
          ]
        : tagged(['pod'], [offDuty(node)])),
    ];
  },

  rollout: deployRollout,

  verify: (members, scope) =>
    rings(members).map((ring) =>
      vipsHeldOnce(
        members.filter(({ host }) => ring.includes(host.name)),
        scope,
      ),
    ),
});

function sysctls({ vars }: Node): readonly Task[] {
  const names = familiesOf(vars).map((family) => `net.ipv${family}.ip_nonlocal_bind`);
  const all = ['net.ipv4.ip_nonlocal_bind', ...names];
  return [...new Set(all)].map((name) => sysctl(name, '1'));
}

function pod(node: Node, image: string | Pending, mark: string | Pending): readonly Task[] {
  const { manifest } = markedManifest(node, image);
  const folder = node.vars.keepalived_manifest_dir;
  return [
    staticPod({ folder, name: MANIFEST, manifest }),
    podRuns({ mark, manifest: manifestOf(node) }),
  ];
}

function loaded(node: Node, configuration: Text): Task {
  const manifest = manifestOf(node);
  const mount = mountOf(node);
  return configurationLoaded({ path: CONFIGURATION, configuration, manifest, mount });
}

type Node = Pick<RingNode<KeepalivedVars>, 'host' | 'vars' | 'members' | 'local' | 'facts'>;

function imageOf({ vars, local }: Node): string | Pending {
  const source = imageSourceOf(vars);
  return imageReference(source, local.get(builtImage(source)));
}

function wantedOf(node: Node, without: ReadonlySet<string>): Wanted {
  const { manifest, mark } = markedManifest(node, imageOf(node));
  const there = factOf(node.facts, fileAt(manifestOf(node)));
  return {
    configuration: renderConfig(node, node.members, without),
    isOtherPod: there?.type === 'file' && there.content !== reveal(manifest),
    mark,
    reloadable: mountOf(node) === 'directory',
  };
}

function instancesIn(node: TaskContext<KeepalivedVars>): readonly Instance[] {
  return ringInstances(node, node.members).filter(({ name }) => !node.without.has(name));
}

/** keepalived 2.2.7 ends when it loads no instance at all, and leaves the VIPs behind that it held. */
function isOnDuty(node: TaskContext<KeepalivedVars>): boolean {
  return instancesIn(node).length > 0 && factOf(node.facts, drainedBy) === undefined;
}
