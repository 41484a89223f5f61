import { Flaw } from '../flaw.ts';
import type { Value } from '../value.ts';
import { isLinkLocal, isLoopback, isMulticast, isPrivate, isPublic } from './kinds.ts';
import { Network } from './network.ts';

/** What a query of `ipaddr` is asked about. */
export interface Subject {
  readonly network: Network;
  /** Whether it was written with a prefix. */
  readonly isNetwork: boolean;
  /** As it was given. */
  readonly value: string;
}

type Query = (subject: Subject) => Value;

/** The queries of `ipaddr` by name. Null and false are for what does not fit, as in Ansible. */
export const QUERIES: ReadonlyMap<string, Query> = new Map<string, Query>([
  ['', ({ network, isNetwork }) => (isNetwork ? String(network) : network.address)],
  ...named(['address', 'ip'], ({ network }) => (isHost(network) ? network.address : null)),
  ...named(['address/prefix', 'gateway', 'gw', 'host/prefix', 'hostnet', 'router'], (subject) =>
    isEnd(subject.network) ? false : String(subject.network),
  ),
  ['bool', () => true],
  ['broadcast', ({ network }) => when(network.size > 2n, () => network.textOf(network.last))],
  ['cidr', ({ network }) => String(network)],
  [
    'first_usable',
    usable((network) => when(network.size > 1n, () => network.textOf(firstOf(network)))),
  ],
  [
    'last_usable',
    usable((network) => when(network.size > 1n, () => network.textOf(lastOf(network)))),
  ],
  ['next_usable', usable((network) => neighbour(network, 1n))],
  ['previous_usable', usable((network) => neighbour(network, -1n))],
  ['range_usable', usable((network) => when(network.size > 1n, () => rangeOf(network)))],
  ['peer', usable(peerOf)],
  [
    'host',
    ({ network }) =>
      when(network.size === 1n || isNoNetworkAddress(network), () => String(network)),
  ],
  ...named(['hostmask', 'wildcard'], ({ network }) => network.hostmask),
  [
    'int',
    ({ network, isNetwork }) => (isNetwork ? `${network.value}/${network.prefix}` : network.value),
  ],
  ['ip/prefix', ({ network }) => when(isAddressIn(network), () => String(network))],
  [
    'ip_netmask',
    ({ network }) => when(isAddressIn(network), () => `${network.address} ${network.netmask}`),
  ],
  ...named(['ipv4', 'v4'], ({ network, value }) =>
    network.version === 4 ? value : asFour(network),
  ),
  ...named(['ipv6', 'v6'], ({ network, value }) =>
    network.version === 6 ? value : asSix(network),
  ),
  ['link-local', ({ network, value }) => when(isLinkLocal(single(network)), () => value)],
  ...named(['lo', 'loopback'], ({ network, value }) => when(isLoopback(network), () => value)),
  ['multicast', ({ network, value }) => when(isMulticast(network), () => value)],
  ['unicast', ({ network, value }) => when(!isMulticast(network), () => value)],
  ['private', ({ network, value }) => when(isPrivate(network), () => value)],
  ['public', ({ network, value }) => when(isPublic(single(network)), () => value)],
  [
    'net',
    ({ network }) => when(network.size > 1n && network.isNetworkAddress, () => String(network)),
  ],
  ['netmask', ({ network }) => network.netmask],
  ...named(['network', 'network_id'], ({ network }) => network.textOf(network.first)),
  ...named(
    ['network/prefix', 'subnet'],
    ({ network }) => `${network.textOf(network.first)}/${network.prefix}`,
  ),
  ['network_netmask', ({ network }) => `${network.textOf(network.first)} ${network.netmask}`],
  ['network_wildcard', ({ network }) => `${network.textOf(network.first)} ${network.hostmask}`],
  ['prefix', ({ network }) => BigInt(network.prefix)],
  ['revdns', ({ network }) => reverseOf(network)],
  ['size', ({ network }) => network.size],
  ['size_usable', ({ network: { size } }) => (size > 2n ? size - 2n : size === 2n ? 2n : 0n)],
  [
    'type',
    ({ network }) => (network.size > 1n && network.isNetworkAddress ? 'network' : 'address'),
  ],
  ['version', ({ network }) => BigInt(network.version)],
  [
    'wrap',
    ({ network, value, isNetwork }) =>
      network.version === 4 ? value : wrapped(network, isNetwork),
  ],
]);

function named(names: readonly string[], query: Query): readonly (readonly [string, Query])[] {
  return names.map((name) => [name, query]);
}

function when(holds: boolean, value: () => Value): Value {
  return holds ? value() : null;
}

function usable(query: (network: Network) => Value): Query {
  return ({ network, isNetwork }) => {
    if (isNetwork) return query(network);
    throw new Flaw('The address has no prefix', 'Write it with one, such as 10.0.0.1/24.');
  };
}

/** An address of its own, not the name of a network. netaddr takes the first of IPv6 for one. */
function isHost(network: Network): boolean {
  return network.size === 1n || isNoNetworkAddress(network) || network.version === 6;
}

function isNoNetworkAddress(network: Network): boolean {
  return network.size > 1n && (!network.isNetworkAddress || !network.broadcast);
}

function isAddressIn(network: Network): boolean {
  return network.size === 2n || (network.size > 1n && !network.isNetworkAddress);
}

function isEnd(network: Network): boolean {
  return network.size > 2n && (network.isNetworkAddress || network.value === network.broadcast);
}

function firstOf({ size, first }: Network): bigint {
  return size === 2n ? first : first + 1n;
}

function lastOf({ size, last }: Network): bigint {
  return size === 2n ? last : last - 1n;
}

function rangeOf(network: Network): string {
  return `${network.textOf(firstOf(network))}-${network.textOf(lastOf(network))}`;
}

function neighbour(network: Network, step: bigint): Value {
  const next = network.value + step;
  const fits = network.size > 1n && next >= firstOf(network) && next <= lastOf(network);
  return when(fits, () => network.textOf(next));
}

function peerOf(network: Network): Value {
  if (network.size === 2n) return network.textOf(network.value ^ 1n);
  const place = network.value % 4n;
  if (network.size === 4n && (place === 1n || place === 2n))
    return network.textOf(network.value ^ 3n);
  throw new Flaw('The address has no peer', 'Give one of the two hosts of a /30 or /31.');
}

function single({ version, value }: Network): Network {
  return new Network(version, value);
}

const MAPPED = 0xffff00000000n;

function asFour({ value, prefix }: Network): Value {
  const four = value >= MAPPED ? value - MAPPED : value;
  const fits = four >= 0n && four <= 0xffffffffn && prefix >= 96;
  return fits ? String(new Network(4, four, prefix - 96)) : false;
}

function asSix({ value, prefix }: Network): string {
  return String(new Network(6, MAPPED + value, prefix + 96));
}

function reverseOf({ version, value, address }: Network): string {
  if (version === 4) return `${address.split('.').reverse().join('.')}.in-addr.arpa.`;
  const digits = value.toString(16).padStart(32, '0');
  return `${[...digits].reverse().join('.')}.ip6.arpa.`;
}

function wrapped({ address, prefix }: Network, isNetwork: boolean): string {
  return isNetwork ? `[${address}]/${prefix}` : `[${address}]`;
}
