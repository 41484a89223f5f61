import { expect, test } from 'vitest';
import { foreignRouters, type Listener } from '#keepalived/foreign-routers.ts';

const [ONE, TWO, GROUP] = ['fd02:9a01::a', 'fd02:9a01::b', 'ff02::12'];
const INSTANCES = [
  { vip: 'fd02:9a01::1', source: ONE, routerId: 10 },
  { vip: '192.0.2.1', source: '192.0.2.11', routerId: 51 },
];

/** What is told when node1 has heard an advert, and node2 nothing. */
function told(source: string, destination: string, routerId: number): readonly string[] {
  const ring: readonly Listener[] = [
    {
      name: 'node1',
      addresses: [ONE, 'fe80::a'],
      heard: [{ source, destination, routerId, priority: 77 }],
    },
    { name: 'node2', addresses: [TWO, 'fe80::b'], heard: [] },
  ];
  return foreignRouters(ring, INSTANCES).map(({ routerId: id, text }) => `${id}: ${text}`);
}

test('who speaks with a router id of the ring to all, or to a node of it, is told', () => {
  const text = '10: adverts from fe80::f with priority 77, heard on node1';
  expect(told('fe80::f', GROUP, 10)).toEqual([text]);
  expect(told('fe80::f', ONE, 10)).toEqual([text]);
});

test('what a node of the ring sends is not foreign, also before it is of the ring', () => {
  expect(told('fe80::b', GROUP, 10)).toEqual([]);
  expect(told('fe80::a', GROUP, 10)).toEqual([]);
});

test('a router id of another family, or none of the ring, and what passes by, is left alone', () => {
  expect(told('fe80::f', GROUP, 51)).toEqual([]);
  expect(told('fe80::f', GROUP, 11)).toEqual([]);
  expect(told('fe80::f', TWO, 10)).toEqual([]);
});
