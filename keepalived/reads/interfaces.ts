import type { Read } from '#engine/model/read.ts';
import { type HeldAddress, parseAddress } from './addresses.ts';

/** The network interfaces of a host, with their IPv6 addresses. */
export interface InterfacesFact {
  readonly names: readonly string[];
  readonly addresses: readonly HeldAddress[];
}

export const interfaces: Read<InterfacesFact> = {
  key: 'interfaces',
  script: 'ls /sys/class/net; echo; cat /proc/net/if_inet6',
  parse: ({ stdout }) => {
    const [names = '', addresses = ''] = stdout.split('\n\n');
    const lines = addresses.split('\n').filter((line) => line !== '');
    return {
      names: names.split('\n').filter((name) => name !== ''),
      addresses: lines.map(parseAddress),
    };
  },
};
