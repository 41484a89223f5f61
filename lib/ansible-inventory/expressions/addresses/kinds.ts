import { greatestOf, isContiguous, type Network } from './network.ts';

// The ranges are those of Python's netaddr, which Ansible asks.

export function isLinkLocal(network: Network): boolean {
  return network.isIn('169.254.0.0/16') || network.isIn('fe80::/10');
}

export function isLoopback({ version, value }: Network): boolean {
  return version === 4 ? value >> 24n === 127n : value === 1n;
}

export function isMulticast(network: Network): boolean {
  return network.isIn('224.0.0.0/4') || network.isIn('ff00::/8');
}

const PRIVATE = [
  ...['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.0.0.0/24', '192.168.0.0/16'],
  ...['198.18.0.0/15', '239.0.0.0/8', 'fc00::/7', 'fec0::/10'],
];

export function isPrivate(network: Network): boolean {
  return PRIVATE.some((range) => network.isIn(range)) || isLinkLocal(network);
}

export function isPublic(address: Network): boolean {
  const { version, value } = address;
  const isMask = isContiguous(value) || isContiguous(value ^ greatestOf(version));
  return !isMulticast(address) && !isPrivate(address) && !isLoopback(address) && !isMask;
}
