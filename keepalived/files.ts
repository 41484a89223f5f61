import type { KeepalivedVars, Node } from './vars.ts';

/** Where keepalived's configuration is on a node. */
export const CONFIGURATION = '/etc/keepalived/keepalived.conf';

export const CONFIGURATION_FOLDER = '/etc/keepalived';

/** What keepalived runs at each change of state, where `notifies` says so: in the folder that the pod mounts. */
export const NOTIFY_SCRIPT = '/etc/keepalived/rota-notify';

/** Where that writes, a file for each instance: of the host, and all that the pod may write to. */
export const NOTIFY_LOGS = '/var/log/rota-notify';

/** The socket of the host's syslog. */
export const SYSLOG = '/dev/log';

/** Whether changes of state are told to syslog and to files. The guide's own profiles know nothing of it. */
export function notifies(vars: Pick<KeepalivedVars, 'keepalived_profile' | 'keepalived_notify'>) {
  return vars.keepalived_profile === 'default' && vars.keepalived_notify;
}

/** The name of the manifest in the folder that kubelet watches. */
export const MANIFEST = 'keepalived.yaml';

export function manifestPath({ vars }: Pick<Node, 'vars'>): string {
  return `${vars.keepalived_manifest_dir}/${MANIFEST}`;
}

/** How a node's pod gets at its configuration: the guide's own profiles mount the file itself. */
export function mountOf({ vars }: Pick<Node, 'vars'>): 'directory' | 'file' {
  return vars.keepalived_profile === 'default' ? vars.keepalived_mount : 'file';
}
