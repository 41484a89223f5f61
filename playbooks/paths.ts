/** Where keepalived's configuration is on a node. */
export const CONFIGURATION = '/etc/keepalived/keepalived.conf';

/** The name of the manifest in the folder that kubelet watches. */
export const MANIFEST = 'keepalived.yaml';

export const CONFIGURATION_FOLDER = '/etc/keepalived';

/** Lets keepalived send from an address that the kernel does not have yet. Both 0 by default. */
export const NONLOCAL_BIND = ['net.ipv4.ip_nonlocal_bind', 'net.ipv6.ip_nonlocal_bind'] as const;
