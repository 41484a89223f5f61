import { playbook } from '#engine/model/playbook.ts';
import { buildHostOf, imageOf, imageSourcesOf } from '#keepalived/image-source.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import { KeepalivedVars, PREFIXES } from '#keepalived/vars.ts';
import { image } from '#tasks/containers/image.ts';
import { imageReference, nodeImage } from '#tasks/containers/node-image.ts';
import { file } from '#tasks/files/file.ts';
import { folder } from '#tasks/files/folder.ts';
import { configurationCheck } from '#tasks/keepalived/configuration.ts';

/** What of `deploy` does not need a kubelet: the image on node1, and a configuration that it checks. */
export default playbook<KeepalivedVars>({
  name: 'image-and-check',
  hosts: 'node1',
  vars: KeepalivedVars,
  prefixes: PREFIXES,
  localHost: buildHostOf,
  local: ({ members, facts }) => imageSourcesOf(members).map((source) => image(source, facts)),
  prepare: (node) => [nodeImage({ ...imageOf(node), runtime: node.vars.keepalived_runtime })],
  tasks: (node) => {
    const image = imageReference(imageOf(node));
    return [
      folder({ path: '/etc/keepalived' }),
      file({
        path: '/etc/keepalived/keepalived.conf',
        body: renderConfig(node, node.members),
        check: configurationCheck({ image, mark: '', vars: node.vars, instances: [] }),
      }),
    ];
  },
});
