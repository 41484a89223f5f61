import { truth } from '../compare.ts';
import { Flaw } from '../flaw.ts';
import { isList, settle, type Value } from '../value.ts';
import { greatestOf, Network, parseNetwork, type Version, widthOf } from './network.ts';
import { QUERIES, type Subject } from './queries.ts';

/**
 * Ansible's `ipaddr`: what the query says of an address or network, false for what is none; of a
 * list, the answers for those items that have one. Throws a Flaw for an unknown query.
 */
export function ipaddr(value: Value, query: string, version?: Version): Value {
  const settled = settle(value);
  if (isList(settled)) {
    return settled.map((item) => ipaddr(item, query, version)).filter((answer) => truth(answer));
  }
  const subject = subjectOf(settled, version);
  if (subject === undefined) return false;
  const range = rangeIn(query);
  if (version !== undefined && subject.network.version !== version) return false;
  if (range !== undefined) return subject.network.isIn(range) ? subject.value : null;
  const known = QUERIES.get(query);
  return known === undefined ? byIndex(subject, query) : known(subject);
}

function subjectOf(value: Value, wanted: Version | undefined): Subject | undefined {
  if (typeof value === 'bigint') return value > 0n ? ofNumber(value, wanted) : undefined;
  if (typeof value !== 'string' || value.length > 100) return undefined;
  if (/^\d+$/.test(value)) return ofNumber(BigInt(value), wanted);
  const network = parseNetwork(value);
  if (network !== undefined) return { network, isNetwork: value.includes('/'), value };
  const [, address = '', prefix = ''] = /^\s*(\d+)\s*\/\s*(\d+)\s*$/.exec(value) ?? [];
  return address === '' ? undefined : ofNumber(BigInt(address), undefined, Number(prefix));
}

/** A number is an address of IPv4 where it can be, and IPv6 is not asked for. */
function ofNumber(
  value: bigint,
  wanted: Version | undefined,
  prefix?: number,
): Subject | undefined {
  const fits = (version: Version) =>
    value <= greatestOf(version) && (prefix ?? 0) <= widthOf(version);
  const version = (wanted === 6 ? ([6] as const) : ([4, 6] as const)).find(fits);
  if (version === undefined) return undefined;
  const network = new Network(version, value, prefix);
  return { network, isNetwork: prefix !== undefined, value: String(network) };
}

/** A query may be a network that the value is looked for in. */
function rangeIn(query: string): string | undefined {
  if (query === '' || /^\d+$/.test(query) || QUERIES.has(query)) return undefined;
  return parseNetwork(query) === undefined ? undefined : query;
}

function byIndex({ network, isNetwork }: Subject, query: string): Value {
  if (!/^[-+]?\d{1,39}$/.test(query)) {
    const fix = 'Write address, network, netmask, prefix, subnet, host, or another of Ansible.';
    throw new Flaw('The query about an address is not supported', fix);
  }
  if (network.size === 1n) return isNetwork ? String(network) : network.address;
  const found = network.at(BigInt(query.replace('+', '')));
  return found === undefined ? false : `${network.textOf(found)}/${network.prefix}`;
}
