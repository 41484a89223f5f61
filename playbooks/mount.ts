import type { KeepalivedVars } from '#keepalived/vars.ts';

/** How a node's pod gets at its configuration: the guide's own profiles mount the file itself. */
export function mountOf({ vars }: { readonly vars: KeepalivedVars }): 'directory' | 'file' {
  return vars.keepalived_profile === 'default' ? vars.keepalived_mount : 'file';
}
