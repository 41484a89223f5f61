import { expect, test } from 'vitest';
import {
  addressInNetwork,
  broadcastOf,
  canonicalAddress,
  canonicalAddress4,
  compareAddresses,
  deriveAddress,
  networkOf,
} from '#keepalived/address.ts';

test.for<[number, number, string, string]>([
  [666, 1, '90:b1:1c:26:6a:a2', 'fd02:9a01::90b1:1c26:6aa2'],
  [666, 1, '18:66:da:e6:46:74', 'fd02:9a01::1866:dae6:4674'],
  [666, 1, '54:9f:35:09:8e:ac', 'fd02:9a01::549f:3509:8eac'],
  [1, 0, '00:00:00:00:00:01', 'fd00:100::1'],
  [65535, 255, 'fe:ff:ff:ff:ff:ff', 'fdff:ffff::feff:ffff:ffff'],
  [4096, 16, '02:00:00:00:00:00', 'fd10:10::200:0:0'],
])('fabric %i, virt %i and %s give %s', ([fabricId, virt, mac, expected]) => {
  expect(deriveAddress({ fabricId, virt, mac })).toBe(expected);
});

test.for<[string, number, string]>([
  ['fd02:9a01::90b1:1c26:6aa2', 64, 'fd02:9a01::'],
  ['fd02:9a01:0:ff::1', 60, 'fd02:9a01:0:f0::'],
  ['fd02:9a01::1', 16, 'fd02::'],
  ['fd02:9a01::1', 9, 'fd00::'],
])('%s/%i is in %s', ([address, length, expected]) => {
  expect(networkOf(address, length)).toBe(expected);
});

test.for<[string, number, string, string]>([
  ['192.0.2.77', 24, '192.0.2.0', '192.0.2.255'],
  ['192.0.2.77', 26, '192.0.2.64', '192.0.2.127'],
  ['10.78.3.1', 15, '10.78.0.0', '10.79.255.255'],
])('%s/%i is in %s to %s', ([address, length, first, last]) => {
  expect([networkOf(address, length), broadcastOf(address, length)]).toEqual([first, last]);
});

test.for<[string, string | undefined]>([
  ['192.0.2.1', '192.0.2.1'],
  ['192.0.2.01', undefined],
  ['192.0.513', undefined],
  ['0xc0.0.2.1', undefined],
  ['192.0.2.256', undefined],
  ['192.0.2.1/24', undefined],
  ['fd00::1', undefined],
])('as IPv4, %j is written %s', ([text, expected]) => {
  expect(canonicalAddress4(text)).toBe(expected);
});

test('a VIP is a small number in the network of a node', () => {
  const vips = [1, 3, 255].map((id) => addressInNetwork('fd02:9a01::90b1:1c26:6aa2', 64, id));
  expect(vips).toEqual(['fd02:9a01::1', 'fd02:9a01::3', 'fd02:9a01::ff']);
});

test.for<[string, string | undefined]>([
  ['FD02:9A01:0:0:0:0:0:1', 'fd02:9a01::1'],
  ['fd02:9a01::0001', 'fd02:9a01::1'],
  ['fd02:9a01::1%srvc0', undefined],
  ['fd02:9a01::1/64', undefined],
  ['192.0.2.1', undefined],
  ['', undefined],
])('%j is written %s', ([text, expected]) => {
  expect(canonicalAddress(text)).toBe(expected);
});

test('addresses sort by value, not as text', () => {
  const sorted = ['fd00::ffff', 'fd00::1:0', 'fd00::2'].toSorted(compareAddresses);
  expect(sorted).toEqual(['fd00::2', 'fd00::ffff', 'fd00::1:0']);
});
