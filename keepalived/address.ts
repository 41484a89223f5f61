import ipaddr from 'ipaddr.js';

export type Family = 4 | 6;

/** What the address of a node is built from. `mac` is lower case, with colons. */
export interface AddressParts {
  readonly fabricId: number;
  readonly virt: number;
  readonly mac: string;
}

/**
 * `fd`, the fabric id as four hexadecimal digits, virt as two, six zero bytes, and the whole MAC:
 * 666, 1 and 90:b1:1c:26:6a:a2 give fd02:9a01::90b1:1c26:6aa2. It is not an EUI-64.
 */
export function deriveAddress({ fabricId, virt, mac }: AddressParts): string {
  const octets = mac.split(':').map((octet) => Number.parseInt(octet, 16));
  return textOf([0xfd, fabricId >> 8, fabricId & 0xff, virt, ...zeros(6), ...octets]);
}

export function familyOf(address: string): Family {
  return address.includes(':') ? 6 : 4;
}

/** The first address of the network: `fd02:9a01::` of fd02:9a01::1/64. */
export function networkOf(address: string, prefixLength: number): string {
  return textOf(networkBytes(address, prefixLength));
}

/** The last address of the network, to which in IPv4 all of its hosts answer. */
export function broadcastOf(address: string, prefixLength: number): string {
  return textOf(bytesOf(address).map((byte, index) => byte | (0xff ^ maskAt(index, prefixLength))));
}

/** The `id`-th address of the IPv6 network that the address is in: a VIP, which holds no MAC. */
export function addressInNetwork(address: string, prefixLength: number, id: number): string {
  const network = networkBytes(address, prefixLength);
  return textOf([...network.slice(0, 14), id >> 8, id & 0xff]);
}

/** Whether both are in one network of that prefix length. */
export function sameNetwork(one: string, other: string, prefixLength: number): boolean {
  return networkOf(one, prefixLength) === networkOf(other, prefixLength);
}

/** The shortest way to write an IPv6 address (RFC 5952), or undefined for what is none. */
export function canonicalAddress(text: string): string | undefined {
  if (!/^[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*$/.test(text)) return undefined;
  try {
    return ipaddr.IPv6.parse(text).toRFC5952String();
  } catch {
    // Whether it is valid is not asked before: that would read it twice, of each line of a watch.
    return undefined;
  }
}

/** An address as it is written shortest; a text that is none as it is. */
export function plainAddress(text: string): string {
  return canonicalAddress(text) ?? text;
}

/** An IPv4 address as it is, or undefined for what is none: shortened, octal and the like included. */
export function canonicalAddress4(text: string): string | undefined {
  return ipaddr.IPv4.isValidFourPartDecimal(text) && textOf(bytesOf(text)) === text
    ? text
    : undefined;
}

/** An IPv6 address as /proc/net/if_inet6 has it: 32 hexadecimal digits. */
export function kernelAddress(address: string): string {
  return Buffer.from(bytesOf(address)).toString('hex');
}

export function addressOfKernel(hex: string): string {
  return textOf([...Buffer.from(hex, 'hex')]);
}

/** Negative, 0 or positive, as the addresses sort by value; after what is none, such as a host may have. */
export function compareAddresses(one: string, other: string): number {
  const [value, next] = [one, other].map((text) => (ipaddr.isValid(text) ? bytesOf(text) : []));
  return Buffer.compare(Buffer.from(value ?? []), Buffer.from(next ?? []));
}

const NOT_OF_A_HOST = [
  'unspecified',
  'loopback',
  'linkLocal',
  'multicast',
  'broadcast',
  'ipv4Mapped',
] as const;

/** Whether a host can be reached by it from elsewhere: not multicast, link-local, loopback or zero. */
export function isRoutable(address: string): boolean {
  const range = ipaddr.parse(address).range();
  return !NOT_OF_A_HOST.some((name) => name === range);
}

function networkBytes(address: string, prefixLength: number): readonly number[] {
  return bytesOf(address).map((byte, index) => byte & maskAt(index, prefixLength));
}

function maskAt(byteIndex: number, prefixLength: number): number {
  const bits = Math.min(8, Math.max(0, prefixLength - byteIndex * 8));
  return 0xff & (0xff << (8 - bits));
}

function bytesOf(address: string): readonly number[] {
  return ipaddr.parse(address).toByteArray();
}

function textOf(bytes: readonly number[]): string {
  return bytes.length === 4
    ? new ipaddr.IPv4([...bytes]).toString()
    : new ipaddr.IPv6([...bytes]).toRFC5952String();
}

function zeros(count: number): readonly number[] {
  return Array.from({ length: count }, () => 0);
}
