import { sh } from '#engine/shell/quote.ts';
import { addressOfKernel, type Family, familyOf } from '../address.ts';

/** An address of a node, as the kernel has it. */
export interface HeldAddress {
  readonly address: string;
  readonly interface: string;
  readonly prefixLength: number;
  /** Duplicate address detection has not finished, or has failed: nobody can use it. */
  readonly usable: boolean;
}

/** For reads with addressesScript: the kernel's list of IPv6 is read once for all of them. */
export const INET6 = 'inet6=$(cat /proc/net/if_inet6)';

/**
 * Prints the addresses of those families, a line each for parseAddress. IPv6's are the kernel's own
 * list; it has none for IPv4 that names the interface too, so `ip` prints it, without the lifetimes.
 */
export function addressesScript(families: readonly Family[]): string {
  const print = { 6: PRINT6, 4: PRINT4 };
  return families.map((family) => print[family]).join(' && ');
}

const PRINT6 = `{ if [ -n "\${inet6-}" ]; then echo "$inet6"; else cat /proc/net/if_inet6; fi; }`;

const PRINT4 = `{ held=$(ip -4 -o addr show) && echo "$held" | while read -r _ name _ address _; do
  [ -z "$name" ] || echo "$name $address"
done; }`;

/** Succeeds when the address answers. Both are of one family, and as inet_ntop(3) writes them. */
export function pingScript(source: string, address: string): string {
  return sh`ping ${`-${familyOf(address)}`} -n -c 1 -W 1 -I ${source} ${address} >/dev/null 2>&1`;
}

/** A line that addressesScript printed: of /proc/net/if_inet6, or `srvc0 192.0.2.11/24`. */
export function parseAddress(line: string): HeldAddress {
  return /^[0-9a-f]{32} /.test(line) ? parseAddress6(line) : parseAddress4(line);
}

/** An address of a point-to-point link has no prefix of its own. */
function parseAddress4(line: string): HeldAddress {
  const [name = '', address = '', prefix = '32'] = line.trim().split(/[\s/]+/);
  return { address, interface: name, prefixLength: Number(prefix), usable: true };
}

/** Address, index, prefix length, scope, flags (all hexadecimal), device. */
function parseAddress6(line: string): HeldAddress {
  const [hex = '', , prefix = '', , flags = '', name = ''] = line.trim().split(/\s+/);
  // IFA_F_DADFAILED 0x08 and IFA_F_TENTATIVE 0x40, linux/if_addr.h.
  const usable = (Number.parseInt(flags, 16) & 0x48) === 0;
  const address = addressOfKernel(hex);
  return { address, interface: name, prefixLength: Number.parseInt(prefix, 16), usable };
}

/** `ADDRESS lladdr MAC … STATE`, as ip-neighbour(8) prints it. */
export function parseNeighbour(
  words: readonly string[],
  vips: readonly string[],
): readonly [string, string][] {
  const mac = words[words.indexOf('lladdr') + 1];
  const [address = ''] = words;
  return vips.includes(address) && words.includes('lladdr') && mac ? [[address, mac]] : [];
}
