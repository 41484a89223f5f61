import { array, assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { countFor, slicesOf, wholesOf } from '#engine/rollout/slices.ts';
import { hostNamed } from '../run/temporary-host.ts';

/** Rings of so many hosts. */
const ringsOf = (sizes: readonly number[]) =>
  sizes.map((size, ring) => Array.from({ length: size }, (_, host) => `n${ring}-${host}`));
const sizesOf = (slices: readonly (readonly string[])[]) => slices.map(({ length }) => length);

test('slices are even where nothing has to stay together', () => {
  const hosts = ringsOf(Array.from({ length: 10 }, () => 1));
  expect(sizesOf(slicesOf(hosts, 5))).toEqual([2, 2, 2, 2, 2]);
  expect(sizesOf(slicesOf(hosts, 4))).toEqual([3, 3, 3, 1]);
  expect(sizesOf(slicesOf(hosts, 99))).toEqual(sizesOf(hosts));
  expect(sizesOf(slicesOf(hosts, 1))).toEqual([10]);
  expect(slicesOf([], 3)).toEqual([]);
});

test('a ring that is larger than a slice should be is one by itself', () => {
  expect(sizesOf(slicesOf(ringsOf([3, 7, 3, 1]), 3))).toEqual([3, 7, 4]);
  expect(countFor(ringsOf([3, 7, 3, 1]), 4)).toBe(3);
});

test('any rings come out whole and in order, none empty, no slice larger than it must be', () => {
  const sizes = array(integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 30 });
  assert(
    property(sizes, integer({ min: 1, max: 40 }), (of, by) => {
      const rings = ringsOf(of);
      const slices = slicesOf(rings, by);
      expect(slices.flat()).toEqual(rings.flat());
      expect(slices).toHaveLength(Math.min(by, rings.length));
      expect(slices.every(({ length }) => length > 0)).toBe(true);
      for (const ring of rings)
        expect(slices.filter((slice) => ring.some((name) => slice.includes(name)))).toHaveLength(1);
      // By size, the same cut: and no slice is larger, but for one ring that is.
      const bySize = slicesOf(rings, countFor(rings, by));
      expect(Math.max(...sizesOf(bySize))).toBeLessThanOrEqual(Math.max(by, ...of));
      const even = Math.ceil(rings.flat().length / slices.length) + Math.max(...of) - 1;
      expect(Math.max(...sizesOf(slices))).toBeLessThanOrEqual(even);
    }),
  );
});

test('what stays together is a ring after --limit, all that a rollout or a script orders, or a host', () => {
  const members = ['a', 'b', 'c', 'd'].map((name) => ({ host: hostNamed(name), vars: {} }));
  const wholes = (rest: object) =>
    wholesOf({ name: 'site', hosts: 'all', ...rest }, members, new Set(['a', 'b', 'd']));
  const rings = () => [
    ['a', 'c'],
    ['b', 'd'],
  ];
  expect(wholes({ rollout: { serial: 1, rings } })).toEqual([['a'], ['b', 'd']]);
  expect(wholes({ rollout: { serial: '10%' } })).toEqual([['a', 'b', 'd']]);
  expect(wholes({ script: async () => {} })).toEqual([['a', 'b', 'd']]);
  expect(wholes({})).toEqual([['a'], ['b'], ['d']]);
});
