import type { Node } from './vars.ts';

/** Where keepalived's configuration is on a node. */
export const CONFIGURATION = '/etc/keepalived/keepalived.conf';

export const CONFIGURATION_FOLDER = '/etc/keepalived';

/** The name of the manifest in the folder that kubelet watches. */
export const MANIFEST = 'keepalived.yaml';

export function manifestPath({ vars }: Pick<Node, 'vars'>): string {
  return `${vars.keepalived_manifest_dir}/${MANIFEST}`;
}

/** How a node's pod gets at its configuration: the guide's own profiles mount the file itself. */
export function mountOf({ vars }: Pick<Node, 'vars'>): 'directory' | 'file' {
  return vars.keepalived_profile === 'default' ? vars.keepalived_mount : 'file';
}
