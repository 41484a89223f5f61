import { plainAddress } from '../address.ts';

/** A VRRP advert as it was seen on the wire. */
export interface Advert {
  readonly source: string;
  readonly destination: string;
  readonly routerId: number;
  readonly priority: number;
}

/** Somebody's answer that an address is his. */
export interface Claim {
  readonly address: string;
  readonly mac: string;
}

/** What tcpdump has heard. */
export interface Heard {
  readonly heard: readonly Advert[];
  /** Why nobody has listened; undefined when somebody has. */
  readonly deaf: string | undefined;
}

/** `listen FILTER COMMAND…` prints, for heardIn, what there is to hear on `$dev` while COMMAND runs. */
export const LISTEN = `listen() {
  command -v tcpdump >/dev/null || { echo "it has no tcpdump"; return; }
  timeout 60 tcpdump -e -n -l -i "$dev" "$1" 2>&1 &
  ear=$!
  shift
  "$@"
  kill "$ear" 2>/dev/null
  wait "$ear"
}`;

/** What `listen` has printed. */
export function heardIn(lines: readonly string[]): Heard {
  const isListening = lines.some((line) => line.startsWith('listening on'));
  return {
    heard: lines.map(parseAdvert).filter((advert) => advert !== undefined),
    deaf: isListening
      ? undefined
      : (lines.findLast((line) => line !== '') ?? 'its tcpdump said nothing'),
  };
}

/** A line of tcpdump -e: `TIME MAC > MAC, ethertype IPv6 (0x86dd), length 78: fe80::1 > ff02::12: VRRPv3, Advertisement, vrid 10, prio 100, …`. */
function parseAdvert(line: string): Advert | undefined {
  const parts = / (?:IP6?|length \d+:) (\S+) > (\S+): .*\bvrid (\d+), prio (\d+)/.exec(line);
  if (parts === null) return undefined;
  const [, source = '', destination = '', routerId, priority] = parts;
  return {
    source: plainAddress(source),
    destination: plainAddress(destination),
    routerId: Number(routerId),
    priority: Number(priority),
  };
}

/** The same of an advertisement of a neighbour, or of ARP: `… tgt is fd02::1, …`, `… Reply 192.0.2.1 is-at …`. */
export function parseClaim(line: string): Claim | undefined {
  const parts = /^\S+ ([0-9a-f:]{17}) > .*(?:tgt is|Reply) ([0-9a-f.:]+)\b/.exec(line);
  if (parts === null) return undefined;
  const [, mac = '', address = ''] = parts;
  return { mac, address: plainAddress(address) };
}

/** VRRP's groups: ff02::12 and 224.0.0.18 (RFC 9568, section 5.1). */
export function isToGroup({ destination }: Advert): boolean {
  return destination === 'ff02::12' || destination === '224.0.0.18';
}
