import type { Read } from '#engine/model/read.ts';
import type { Family } from '../address.ts';
import { addressesScript, type HeldAddress, INET6, parseAddress } from './addresses.ts';

/** The network interfaces of a host, with their addresses of the families that were asked for. */
export interface InterfacesFact {
  readonly names: readonly string[];
  readonly addresses: readonly HeldAddress[];
}

/**
 * What is not asked for need not be there: a host can be without IPv6. Volatile: VIPs come and go as
 * the other nodes of a ring do their part.
 */
export function interfaces(families: readonly Family[]): Read<InterfacesFact> {
  return {
    key: `interfaces ${families.join(' ')}`,
    volatile: true,
    shared: [INET6],
    script: `for name in /sys/class/net/*; do echo "\${name##*/}"; done\necho\n${addressesScript(families)}`,
    parse: ({ stdout }) => {
      const [names = '', addresses = ''] = stdout.split('\n\n');
      const lines = addresses.split('\n').filter((line) => line !== '');
      return {
        names: names.split('\n').filter((name) => name !== ''),
        addresses: lines.map(parseAddress),
      };
    },
  };
}
