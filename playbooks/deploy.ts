import { playbook } from '#engine/model/playbook.ts';
import { imageSource } from '#engine/reads/image-source.ts';
import { familyOf } from '#keepalived/address.ts';
import { advise } from '#keepalived/advise.ts';
import { familiesOf } from '#keepalived/families.ts';
import { ringInstances } from '#keepalived/instances.ts';
import { lint } from '#keepalived/lint.ts';
import { markedManifest } from '#keepalived/marked-manifest.ts';
import { ownAddresses, prefixLengthOf } from '#keepalived/node-address.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import { rings } from '#keepalived/ring.ts';
import { KeepalivedVars, PREFIXES } from '#keepalived/vars.ts';
import { configurationCheck } from '#tasks/configuration-check.ts';
import { ensureConfigurationLoaded } from '#tasks/configuration-loaded.ts';
import { ensureFile } from '#tasks/file.ts';
import { ensureFolder } from '#tasks/folder.ts';
import { ensureImage } from '#tasks/image.ts';
import { ensureNodeImage, imageReference } from '#tasks/node-image.ts';
import { ensurePodRuns } from '#tasks/pod-running.ts';
import { requireInterface, requireRoot } from '#tasks/requirements.ts';
import { ensureStaticPod } from '#tasks/static-pod.ts';
import { ensureSysctl } from '#tasks/sysctl.ts';
import { vipsHeldOnce } from '#tasks/vips-held-once.ts';
import { watchVips } from '#tasks/watch-vips.ts';
import { imageSourceOf, imageSourcesOf } from './image-source.ts';

const CONFIGURATION = '/etc/keepalived/keepalived.conf';

/** keepalived on every controller, as a static pod, one node at a time, each VIP held once. */
export default playbook<KeepalivedVars>({
  name: 'deploy',
  hosts: 'controllers',
  vars: KeepalivedVars,
  prefixes: PREFIXES,
  lint,
  advise,

  local: ({ members, facts }) =>
    imageSourcesOf(members).map((source) => ensureImage(source, facts)),

  prepare: ({ vars, local }) => {
    const source = imageSourceOf(vars);
    return [
      requireRoot(),
      requireInterface(
        vars.vrrp_interface,
        ownAddresses(vars).map((address) => ({
          address,
          prefixLength: prefixLengthOf(vars, familyOf(address)),
        })),
      ),
      ensureNodeImage({
        source,
        image: local.get(imageSource(source)),
        runtime: vars.keepalived_runtime,
      }),
    ];
  },

  tasks: (node) => {
    const source = imageSourceOf(node.vars);
    const image = imageReference(source, node.local.get(imageSource(source)));
    const configuration = renderConfig(node, node.members);
    const pod = markedManifest(node, image);
    return [
      ensureSysctl('net.ipv4.ip_nonlocal_bind', '1'),
      ...(familiesOf(node.vars).includes(6)
        ? [ensureSysctl('net.ipv6.ip_nonlocal_bind', '1')]
        : []),
      ensureFolder({ path: '/etc/keepalived' }),
      ensureFile({
        path: CONFIGURATION,
        body: configuration,
        check: configurationCheck({
          image,
          mark: pod.mark,
          vars: node.vars,
          instances: ringInstances(node, node.members),
        }),
      }),
      ensureStaticPod({
        folder: node.vars.keepalived_manifest_dir,
        name: 'keepalived.yaml',
        manifest: pod.manifest,
      }),
      ensurePodRuns(pod.mark),
      ensureConfigurationLoaded({
        path: CONFIGURATION,
        configuration,
        manifest: `${node.vars.keepalived_manifest_dir}/keepalived.yaml`,
        mount: node.vars.keepalived_profile === 'default' ? node.vars.keepalived_mount : 'file',
      }),
    ];
  },

  rollout: {
    serial: 1,
    rings,
    gate: ({ ring, done }) => vipsHeldOnce(ring, new Set(done)),
    watch: watchVips,
  },

  verify: (members) =>
    rings(members).map((ring) => {
      const nodes = members.filter(({ host }) => ring.includes(host.name));
      return vipsHeldOnce(nodes, new Set(ring));
    }),
});
