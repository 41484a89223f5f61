import { expect, test } from 'vitest';
import { parseWatchLine } from '#keepalived/watch/prober.ts';

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
