import { ipaddr } from '../addresses/ipaddr.ts';
import { ipsubnet } from '../addresses/ipsubnet.ts';
import { greatestOf, Network, parseNetwork } from '../addresses/network.ts';
import type { Callable, Usual } from '../callable.ts';
import { truth } from '../compare.ts';
import { Flaw } from '../flaw.ts';
import { textOf } from '../python-text.ts';
import { type Content, isList, nameOfType, type Value } from '../value.ts';
import { wholeOf } from './whole.ts';

const FILTERS: Readonly<Record<string, Usual<Value>>> = {
  ipaddr: asking((value, query) => ipaddr(value, query)),
  ipv4: asking((value, query) => ipaddr(value, query, 4)),
  ipv6: asking((value, query) => ipaddr(value, query, 6)),
  ipwrap: asking((value, query) =>
    isList(value) ? value.map((item) => wrapped(item, query)) : wrapped(value, query),
  ),
  ipsubnet: {
    parameters: 'query? index?',
    run: (input, [query = '', index]) =>
      ipsubnet(
        input,
        textOf(query),
        index === undefined || index === null ? undefined : wholeOf(index),
      ),
  },
  nthhost: {
    parameters: 'query?',
    run: (input, [query = '']) => nthHost(ipaddr(input, 'subnet'), query),
  },
  ipmath: {
    parameters: 'amount',
    run: (input, [amount = null]) => moved(input, BigInt(wholeOf(amount))),
  },
};

/** Filters of addresses and networks, under their own names and those of their collections. */
export const ADDRESSES: Readonly<Record<string, Callable<Value>>> = Object.fromEntries(
  Object.entries(FILTERS).flatMap(([name, filter]) =>
    ['', 'ansible.utils.', 'ansible.netcommon.'].map((prefix) => [prefix + name, filter]),
  ),
);

function asking(answer: (value: Content, query: string) => Value): Usual<Value> {
  return {
    parameters: 'query?',
    run(input, [query = '']) {
      if (!isList(input) && !['string', 'bigint', 'boolean'].includes(typeof input)) {
        throw new Flaw('The value cannot be an address', `It is ${nameOfType(input)}.`);
      }
      return answer(input, textOf(query));
    },
  };
}

function wrapped(value: Value, query: string): Value {
  const found = ipaddr(value, query);
  return truth(found) ? ipaddr(found, 'wrap') : value;
}

function nthHost(subnet: Value, query: Content): Value {
  const network = typeof subnet === 'string' ? parseNetwork(subnet) : undefined;
  const nth =
    typeof query === 'string' && /^[-+]?\d{1,39}$/.test(query)
      ? BigInt(query.replace('+', ''))
      : query;
  if (network === undefined || typeof nth !== 'bigint' || nth >= network.size) return false;
  const found = network.at(nth);
  if (found === undefined) throw new Flaw('The network has no such host', 'Give a smaller number.');
  return network.textOf(found);
}

function moved(value: Content, amount: bigint): Value {
  const network = typeof value === 'string' ? parseNetwork(value) : undefined;
  if (network === undefined) {
    const fix = `Give ipmath an address; this is ${nameOfType(value)}.`;
    throw new Flaw('The value is not an address', fix);
  }
  const sum = network.value + amount;
  if (sum < 0n || sum > greatestOf(network.version)) {
    throw new Flaw('There is no such address', 'Give a smaller number.');
  }
  return new Network(network.version, sum).address;
}
