import { truth } from '../compare.ts';
import { Flaw } from '../flaw.ts';
import { isList, settle, type Value } from '../value.ts';
import { type Network, parseNetwork, type Version } from './network.ts';

/**
 * Ansible's `ipaddr`: what the query says of an address or network, false for what is none; of a
 * list, the answers for those items that have one. Throws a Flaw for an unknown query.
 */
export function ipaddr(value: Value, query: string, version?: Version): Value {
  const settled = settle(value);
  if (isList(settled)) {
    return settled.map((item) => ipaddr(item, query, version)).filter((answer) => truth(answer));
  }
  const network = networkOf(settled);
  if (network === undefined) return false;
  if (version !== undefined && network.version !== version) return false;
  const subject = { network, written: String(settled) };
  const known = QUERIES.get(query);
  if (known !== undefined) return known(subject);
  if (/^[-+]?\d{1,39}$/.test(query)) return byIndex(subject, BigInt(query.replace('+', '')));
  if (parseNetwork(query) === undefined) throw unknown(query);
  return when(network.isIn(query), () => subject.written);
}

/** What a query is asked about. */
interface Subject {
  readonly network: Network;
  readonly written: string;
}

/** Undefined for what is no address. Ansible makes one of every number. */
function networkOf(value: Value): Network | undefined {
  if (typeof value === 'bigint' || (typeof value === 'string' && /^\d+$|^\d{4,}\//.test(value))) {
    const fix = 'Write the address with dots or colons.';
    throw new Flaw('A number is not taken for an address', fix);
  }
  return typeof value === 'string' && value.length <= 100 ? parseNetwork(value) : undefined;
}

/** The queries by name. Null and false are for what does not fit, as in Ansible. */
const QUERIES: ReadonlyMap<string, (subject: Subject) => Value> = new Map(
  Object.entries<(subject: Subject) => Value>({
    '': (subject) => (hasPrefix(subject) ? String(subject.network) : subject.network.address),
    address: ({ network }) => when(isHost(network), () => network.address),
    ip: ({ network }) => when(isHost(network), () => network.address),
    broadcast: ({ network }) => when(network.size > 2n, () => network.textOf(network.last)),
    cidr: ({ network }) => String(network),
    first_usable: usable(({ first, size }) => (size === 2n ? first : first + 1n)),
    last_usable: usable(({ last, size }) => (size === 2n ? last : last - 1n)),
    host: ({ network }) => when(network.size === 1n || isInside(network), () => String(network)),
    net: ({ network }) => when(isWhole(network), () => String(network)),
    netmask: ({ network }) => network.netmask,
    network: ({ network }) => network.textOf(network.first),
    prefix: ({ network }) => BigInt(network.prefix),
    private: ({ network, written }) => when(isPrivate(network), () => written),
    public: ({ network, written }) => when(isPublic(network), () => written),
    size: ({ network }) => network.size,
    subnet: ({ network }) => subnetOf(network),
    'network/prefix': ({ network }) => subnetOf(network),
    type: ({ network }) => (isWhole(network) ? 'network' : 'address'),
    version: ({ network }) => BigInt(network.version),
    wrap: (subject) => wrapped(subject),
  }),
);

function unknown(query: string): Flaw {
  return new Flaw(
    `The query ${query} about an address is not supported`,
    `Write one of ${[...QUERIES.keys()].filter(Boolean).join(', ')}, a network or a number.`,
  );
}

function when(holds: boolean, value: () => Value): Value {
  return holds ? value() : null;
}

function hasPrefix({ written }: Subject): boolean {
  return written.includes('/');
}

/** An address of its own, not the name of a network. netaddr takes the first of IPv6 for one. */
function isHost(network: Network): boolean {
  return network.size === 1n || isInside(network) || network.version === 6;
}

/** Of the smallest networks of IPv4 the first address is a host, too. */
function isInside(network: Network): boolean {
  const isSmallest = network.version === 4 && network.prefix >= 31;
  return network.size > 1n && (network.value !== network.first || isSmallest);
}

function isWhole(network: Network): boolean {
  return network.size > 1n && network.value === network.first;
}

function subnetOf(network: Network): string {
  return `${network.textOf(network.first)}/${network.prefix}`;
}

function usable(pick: (network: Network) => bigint): (subject: Subject) => Value {
  return (subject) => {
    const { network } = subject;
    if (hasPrefix(subject)) return when(network.size > 1n, () => network.textOf(pick(network)));
    throw new Flaw('The address has no prefix', 'Write it with one, such as 10.0.0.1/24.');
  };
}

function wrapped(subject: Subject): string {
  const { network, written } = subject;
  if (network.version === 4) return written;
  return `[${network.address}]${hasPrefix(subject) ? `/${network.prefix}` : ''}`;
}

function byIndex(subject: Subject, index: bigint): Value {
  const { network } = subject;
  if (network.size === 1n) return hasPrefix(subject) ? String(network) : network.address;
  const found = network.at(index);
  return found === undefined ? false : `${network.textOf(found)}/${network.prefix}`;
}

// The ranges are those of Python's netaddr, which Ansible asks.
const PRIVATE = [
  ...['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.0.0.0/24', '192.168.0.0/16'],
  ...['198.18.0.0/15', '239.0.0.0/8', 'fc00::/7', 'fec0::/10', '169.254.0.0/16', 'fe80::/10'],
];
const OF_NOBODY = ['224.0.0.0/4', 'ff00::/8', '127.0.0.0/8', '::1/128'];

function isPrivate(network: Network): boolean {
  return PRIVATE.some((range) => network.isIn(range));
}

function isPublic(network: Network): boolean {
  const { alone } = network;
  return !isPrivate(alone) && !alone.isMask && !OF_NOBODY.some((range) => alone.isIn(range));
}
