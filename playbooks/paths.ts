/** Where keepalived's configuration is on a node. */
export const CONFIGURATION = '/etc/keepalived/keepalived.conf';

/** The name of the manifest in the folder that kubelet watches. */
export const MANIFEST = 'keepalived.yaml';
