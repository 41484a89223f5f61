import { ipaddr } from '../addresses/ipaddr.ts';
import { bitsOf, Network, parseNetwork } from '../addresses/network.ts';
import { type Callable, usual, wholeOf } from '../callable.ts';
import { truth } from '../compare.ts';
import { Flaw } from '../flaw.ts';
import { textOf } from '../python-text.ts';
import { type Content, isList, nameOfType, type Value } from '../value.ts';

const FILTERS: Readonly<Record<string, Callable<Value>>> = {
  ipaddr: asking((value, query) => ipaddr(value, query)),
  ipv4: asking((value, query) => ipaddr(value, query, 4)),
  ipv6: asking((value, query) => ipaddr(value, query, 6)),
  ipwrap: asking((value, query) =>
    isList(value) ? value.map((item) => wrapped(item, query)) : wrapped(value, query),
  ),
  ipsubnet: usual('query? index?', (input, [size = '', index = null]) =>
    subnetIn(input, textOf(size), index === null ? undefined : BigInt(wholeOf(index))),
  ),
  nthhost: usual('query', (input, [query = null]) =>
    nthHost(ipaddr(input, 'subnet'), BigInt(wholeOf(query))),
  ),
};

/** Filters of addresses and networks, under their own names and those of their collections. */
export const ADDRESSES: Readonly<Record<string, Callable<Value>>> = Object.fromEntries(
  Object.entries(FILTERS).flatMap(([name, filter]) =>
    ['', 'ansible.utils.', 'ansible.netcommon.'].map((prefix) => [prefix + name, filter]),
  ),
);

function asking(answer: (value: Content, query: string) => Value): Callable<Value> {
  return usual('query?', (input, [query = '']) => {
    if (isList(input) || typeof input === 'string') return answer(input, textOf(query));
    throw new Flaw('The value cannot be an address', `It is ${nameOfType(input)}.`);
  });
}

function wrapped(value: Value, query: string): Value {
  const found = ipaddr(value, query);
  return truth(found) ? ipaddr(found, 'wrap') : value;
}

/** The subnet itself; how many of a size it holds; or the one of an index among those. */
function subnetIn(value: Value, query: string, index: bigint | undefined): Value {
  const subnet = ipaddr(value, 'subnet');
  const network = typeof subnet === 'string' ? parseNetwork(subnet) : undefined;
  if (network === undefined) return false;
  if (query === '') return String(network);
  const { version, first, prefix } = network;
  if (!/^\d{1,4}$/.test(query) || network.size === 1n)
    throw new Flaw('Only sizes in a network are supported', "Write '10.0.0.0/16' | ipsubnet(24).");
  const size = Number(query);
  if (size > bitsOf(version)) return false;
  if (size < prefix) throw new Flaw('The size is larger than the network', 'Give a longer prefix.');
  const count = 1n << BigInt(size - prefix);
  if (index === undefined) return String(count);
  const place = index < 0n ? index + count : index;
  if (place < 0n || place >= count) return false;
  return String(new Network(version, first + (place << BigInt(bitsOf(version) - size)), size));
}

function nthHost(subnet: Value, nth: bigint): Value {
  const network = typeof subnet === 'string' ? parseNetwork(subnet) : undefined;
  if (network === undefined || nth >= network.size) return false;
  const found = network.at(nth);
  if (found === undefined) throw new Flaw('The network has no such host', 'Give a smaller number.');
  return network.textOf(found);
}
