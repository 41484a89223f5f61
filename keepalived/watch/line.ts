import { addressOfKernel, canonicalAddress } from '../address.ts';

/** An answer to one probe. `clockMs` is the node's own clock, where its ping tells it. */
export interface Reply {
  readonly kind: 'reply';
  readonly target: string;
  readonly seq: number;
  readonly roundTripMs: number;
  readonly clockMs: number | undefined;
}

/** What a node holds from now on, and whether the link of its interface is up. */
export interface HeldState {
  readonly kind: 'state';
  readonly link: boolean;
  readonly held: ReadonlySet<string>;
}

/** As iputils and busybox print it, the time in front with iputils' -D alone. */
const REPLY =
  /^(?:\[(\d+\.\d+)\] )?\d+ bytes from ([0-9a-f:.]+): (?:icmp_)?seq=(\d+) .*\btime=([\d.]+) ms/i;

/** A line of the script that watches, or undefined for one that says nothing, such as a heading. */
export function parseWatchLine(line: string): Reply | HeldState | undefined {
  const [, clock, from = '', seq, time] = REPLY.exec(line) ?? [];
  if (seq !== undefined) {
    return {
      kind: 'reply',
      target: canonicalAddress(from) ?? from,
      seq: Number(seq),
      roundTripMs: Number(time),
      clockMs: clock === undefined ? undefined : Number(clock) * 1000,
    };
  }
  const [word, link, ...rest] = line.trim().split(' ');
  if (word !== 'held') return undefined;
  return {
    kind: 'state',
    link: link === '1',
    held: new Set(rest.flatMap((one) => addressIn(one) ?? [])),
  };
}

/** A word of a line of /proc/net/if_inet6, or of what `ip -4 -o addr show` prints. */
function addressIn(word: string): string | undefined {
  if (/^[0-9a-f]{32}$/.test(word)) return addressOfKernel(word);
  return /^([\d.]+)\/\d+$/.exec(word)?.[1];
}
