import { Flaw } from '../flaw.ts';
import type { Value } from '../value.ts';
import { ipaddr } from './ipaddr.ts';
import { Network, parseNetwork, widthOf } from './network.ts';

/**
 * Ansible's `ipsubnet`: without a size the subnet itself; with one, how many of that size it holds,
 * or the one of an index; of an address, the network around it; with a network, the rank in it.
 */
export function ipsubnet(value: Value, query: string, index: number | undefined): Value {
  const network = subnetOf(value);
  if (network === undefined) return false;
  if (query === '') return String(network);
  if (!/^\d{1,4}$/.test(query)) return rankIn(network, subnetOf(query));
  const size = Number(query);
  if (size > widthOf(network.version)) return false;
  return network.size === 1n
    ? around(network, size, index ?? 0)
    : inside(network, size, index === undefined ? undefined : BigInt(index));
}

function subnetOf(value: Value): Network | undefined {
  const type = ipaddr(value, 'type');
  const text = type === false ? false : ipaddr(value, type === 'network' ? 'subnet' : 'cidr');
  const network = typeof text === 'string' ? parseNetwork(text) : undefined;
  return network && new Network(network.version, network.first, network.prefix);
}

function around({ version, value, prefix }: Network, size: number, index: number): Value {
  const sizes = Array.from({ length: Math.max(0, prefix - size) }, (_, step) => size + step);
  const found = sizes.at(index);
  if (found === undefined)
    throw new Flaw('There is no such network', 'Give another size or index.');
  return String(new Network(version, new Network(version, value, found).first, found));
}

function inside({ version, first, prefix }: Network, size: number, index?: bigint): Value {
  if (size < prefix) throw new Flaw('The size is larger than the network', 'Give a longer prefix.');
  const count = 1n << BigInt(size - prefix);
  if (index === undefined) return String(count);
  const place = index < 0n ? index + count : index;
  if (place < 0n || place >= count) return false;
  return String(new Network(version, first + (place << BigInt(widthOf(version) - size)), size));
}

function rankIn(network: Network, other: Network | undefined): Value {
  if (other === undefined) {
    throw new Flaw('The query is no size and no network', 'Write a number, such as 24.');
  }
  if (!network.isIn(String(other))) {
    throw new Flaw('The network is not inside the other', 'Give one that holds it.');
  }
  const shift = BigInt(widthOf(network.version) - network.prefix);
  return String(((network.value - other.first) >> shift) + 1n);
}
