import { createRequire } from 'node:module';
import { isIPv6 } from 'node:net';

export type Version = 4 | 6;

/** An address with the length of its prefix: an IPNetwork of Python's netaddr. */
export class Network {
  readonly version: Version;
  /** The address, host bits included. */
  readonly value: bigint;
  readonly prefix: number;

  constructor(version: Version, value: bigint, prefix = bitsOf(version)) {
    this.version = version;
    this.value = value;
    this.prefix = prefix;
  }

  get size(): bigint {
    return 1n << BigInt(bitsOf(this.version) - this.prefix);
  }

  get first(): bigint {
    return this.value & ~(this.size - 1n);
  }

  get last(): bigint {
    return this.value | (this.size - 1n);
  }

  get address(): string {
    return addressText(this.version, this.value);
  }

  /** The address without its network. */
  get alone(): Network {
    return new Network(this.version, this.value);
  }

  /** Whether the address is a netmask or a hostmask. */
  get isMask(): boolean {
    return isContiguous(this.value) || isContiguous(this.value ^ greatestOf(this.version));
  }

  /** The text of another address of the same version. */
  textOf(value: bigint): string {
    return addressText(this.version, value);
  }

  get netmask(): string {
    return this.textOf(greatestOf(this.version) ^ (this.size - 1n));
  }

  isIn(text: string): boolean {
    const other = parseNetwork(text);
    if (other === undefined || other.version !== this.version) return false;
    return this.first >= other.first && this.last <= other.last;
  }

  /** Python's `network[index]`; undefined beyond its ends. */
  at(index: bigint): bigint | undefined {
    if (index < -this.size || index >= this.size) return undefined;
    return index < 0n ? this.last + index + 1n : this.first + index;
  }

  toString(): string {
    return `${this.address}/${this.prefix}`;
  }
}

export function bitsOf(version: Version): number {
  return version === 4 ? 32 : 128;
}

function greatestOf(version: Version): bigint {
  return (1n << BigInt(bitsOf(version))) - 1n;
}

/** Reads what netaddr reads: an address, alone or with a prefix, a netmask or a hostmask. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', mask, ...more] = text.split('/');
  if (more.length > 0) return undefined;
  const four = fourOf(address);
  const version = four === undefined ? 6 : 4;
  const value = four ?? sixOf(address);
  if (value === undefined) return undefined;
  const prefix = mask === undefined ? bitsOf(version) : prefixOf(mask, version);
  if (prefix === undefined || prefix < 0 || prefix > bitsOf(version)) return undefined;
  return new Network(version, value, prefix);
}

/** `10.1` is 10.1.0.0 to netaddr. */
function fourOf(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length > 4 || parts.some((part) => !/^\s*\d{1,10}\s*$/.test(part))) return undefined;
  const octets = [...parts.map(Number), 0, 0, 0].slice(0, 4);
  if (octets.some((octet) => octet > 255)) return undefined;
  return octets.reduce((value, octet) => value * 256n + BigInt(octet), 0n);
}

function sixOf(text: string): bigint | undefined {
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const bytes = library().parse(withoutDots(text)).toByteArray();
  return bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n);
}

// Few expressions are about addresses, and each has its result at once.
const require = createRequire(import.meta.url);

function library(): typeof import('ipaddr.js') {
  return require('ipaddr.js');
}

/** ipaddr.js takes ::1.2.3.4 for ::ffff:1.2.3.4, which it is not. */
function withoutDots(text: string): string {
  return text.replace(/[\d.]+$/, (end) => {
    const [a, b, c, d] = end.split('.').map(Number);
    if (a === undefined || b === undefined || c === undefined || d === undefined) return end;
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
}

function prefixOf(mask: string, version: Version): number | undefined {
  if (/^\s*[-+]?\d{1,10}\s*$/.test(mask)) return Number(mask);
  const value = version === 4 ? strictFourOf(mask) : sixOf(mask);
  if (value === undefined) return undefined;
  const width = bitsOf(version);
  const host = isContiguous(value ^ greatestOf(version)) ? value ^ greatestOf(version) : value;
  return isContiguous(host) ? width - (host === 0n ? 0 : host.toString(2).length) : undefined;
}

function strictFourOf(text: string): bigint | undefined {
  return text.split('.').length === 4 ? fourOf(text) : undefined;
}

/** Whether all of the lowest bits are set, and no others. */
function isContiguous(value: bigint): boolean {
  return (value & (value + 1n)) === 0n;
}

/** As the C library writes it, IPv4 parts at the end of some IPv6 addresses included. */
function addressText(version: Version, value: bigint): string {
  const high = value >> 32n;
  if (version === 4) return bytesText(value, 4);
  if (high === 0xffffn) return `::ffff:${bytesText(value & 0xffffffffn, 4)}`;
  if (high === 0n && value >> 16n !== 0n) return `::${bytesText(value, 4)}`;
  return bytesText(value, 16);
}

function bytesText(value: bigint, count: number): string {
  const bytes = Array.from({ length: count }, (_, index) =>
    Number((value >> BigInt(8 * (count - 1 - index))) & 0xffn),
  );
  const { fromByteArray, IPv6 } = library();
  const address = fromByteArray(bytes);
  return address instanceof IPv6 ? address.toRFC5952String() : address.toString();
}
