import { canonicalAddress } from '../address.ts';

/** A VRRP advert as it was seen on the wire. */
export interface Advert {
  readonly source: string;
  readonly destination: string;
  readonly routerId: number;
  readonly priority: number;
}

/** A line of tcpdump: `TIME IP6 fe80::1 > ff02::12: VRRPv3, Advertisement, vrid 10, prio 100, …`. */
export function parseAdvert(line: string): Advert | undefined {
  const parts = / IP6? (\S+) > (\S+): .*\bvrid (\d+), prio (\d+)/.exec(line);
  if (parts === null) return undefined;
  const [, source = '', destination = '', routerId, priority] = parts;
  return {
    source: plain(source),
    destination: plain(destination),
    routerId: Number(routerId),
    priority: Number(priority),
  };
}

/** VRRP's groups: ff02::12 and 224.0.0.18 (RFC 9568, section 5.1). */
export function isToGroup({ destination }: Advert): boolean {
  return destination === 'ff02::12' || destination === '224.0.0.18';
}

function plain(address: string): string {
  return canonicalAddress(address) ?? address;
}
