import { expect, test } from 'vitest';
import { Prober, parseWatchLine } from '#keepalived/watch/prober.ts';

test('an answer is read from what iputils and busybox print', () => {
  const iputils = '[1795564882.481710] 64 bytes from fd02:9a01::1: icmp_seq=3 ttl=64 time=0.059 ms';
  expect(parseWatchLine(iputils)).toEqual({
    kind: 'reply',
    target: 'fd02:9a01::1',
    seq: 3,
    roundTripMs: 0.059,
    clockMs: 1_795_564_882_481.71,
  });
  const busybox = '64 bytes from fd02:9a01:0:0::1: seq=0 ttl=64 time=12 ms (DUP!)';
  expect(parseWatchLine(busybox)).toEqual({
    kind: 'reply',
    target: 'fd02:9a01::1',
    seq: 0,
    roundTripMs: 12,
    clockMs: undefined,
  });
});

test('what a node holds is read from lines of the kernel, one after the other', () => {
  const line =
    'held 1 fd029a01000000000000000000000001 05 40 00 80 srvc0 fd029a01000000000000000000000003 05 40 00 82 srvc0 2: srvc0 inet 192.0.2.1/24 brd 192.0.2.255 scope global secondary srvc0';
  expect(parseWatchLine(line)).toEqual({
    kind: 'state',
    link: true,
    held: new Set(['fd02:9a01::1', 'fd02:9a01::3', '192.0.2.1']),
  });
  expect(parseWatchLine('held 0')).toEqual({ kind: 'state', link: false, held: new Set() });
});

test.each([
  '',
  'PING fd02:9a01::1(fd02:9a01::1) from fd02:9a01::90b1:1c26:6aa2 : 56 data bytes',
  'From fd02:9a01::90b1:1c26:6aa2 icmp_seq=7 Destination unreachable: Address unreachable',
  '3 packets transmitted, 3 received, 0% packet loss, time 110ms',
])('a line that answers nothing is passed over: %s', (line) => {
  expect(parseWatchLine(line)).toBeUndefined();
});

const LINE = 'fd029a01000000000000000000000001 05 40 00 80 srvc0';
const answer = (seq: number) => `64 bytes from fd02:9a01::1: icmp_seq=${seq} ttl=64 time=0.1 ms`;

test('a node that tells more changes than there can be is heeded no more', () => {
  const prober = new Prober('n1', { peers: [], isPair: false });
  for (let atMs = 0; atMs < 10_000; atMs += 1)
    prober.see(atMs % 2 === 0 ? `held 1 ${LINE}` : 'held 1', atMs);
  const spans = prober.holdings('fd02:9a01::1', 10_000);
  expect([spans.length, spans.at(-1)]).toEqual([1000, { fromMs: 1998, toMs: 1999 }]);
});

test('a node that has answers from more addresses than there can be is heeded no more', () => {
  const prober = new Prober('n1', { peers: [], isPair: false });
  const from = (at: number) => `10.1.${at >> 8}.${at & 255}`;
  for (let at = 0; at < 10_000; at += 1)
    prober.see(`64 bytes from ${from(at)}: icmp_seq=1 ttl=64 time=0.1 ms`, at);
  const all = Array.from({ length: 10_000 }, (_, at) => from(at));
  const span = { fromMs: 0, toMs: 10_000 };
  expect(all.filter((target) => prober.answered(target, span) > 0)).toEqual(all.slice(0, 2000));
});

test('probes are not taken for lost that no ping can have sent by then', () => {
  const prober = new Prober('n1', { peers: [], isPair: false });
  for (const [seq, atMs] of [
    [1, 0],
    [30_000, 100],
    [2, 50],
    [4, 150],
  ] as const)
    prober.see(answer(seq), atMs);
  expect(prober.losses('fd02:9a01::1', 150)).toEqual([{ fromMs: 50, spacingMs: 50, lost: 1 }]);
});
