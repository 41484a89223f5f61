import { canonicalAddress } from '../address.ts';

/** An address of a node, as the kernel has it. */
export interface HeldAddress {
  readonly address: string;
  readonly interface: string;
  readonly prefixLength: number;
  /** Duplicate address detection has not finished, or has failed: nobody can use it. */
  readonly usable: boolean;
}

/** A line of /proc/net/if_inet6: address, index, prefix length, scope, flags (all hex), device. */
export function parseAddress(line: string): HeldAddress {
  const [hex = '', , prefix = '', , flags = '', name = ''] = line.trim().split(/\s+/);
  // IFA_F_DADFAILED 0x08 and IFA_F_TENTATIVE 0x40, linux/if_addr.h.
  const usable = (Number.parseInt(flags, 16) & 0x48) === 0;
  const address = canonicalAddress((hex.match(/.{4}/g) ?? []).join(':')) ?? hex;
  return { address, interface: name, prefixLength: Number.parseInt(prefix, 16), usable };
}
