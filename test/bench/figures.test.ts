import { expect, test } from 'vitest';
import { closingLines, medians, overFloor, withResults } from '../../bench/figures.ts';
import type { Measured } from '../../bench/measure.ts';
import { resultOf } from './results.ts';

function measured(wallSeconds: number, ownBytes: number): Measured {
  return { wallSeconds, ownBytes, ownSeconds: 1, hostsSeconds: 2, hostsBytes: 3 };
}

test('the median of each number is taken by itself, so that one bad round moves none', () => {
  const rounds = [measured(9, 1), measured(0.2, 3), measured(0.3, 2)];
  expect(medians(rounds)).toEqual(measured(0.3, 2));
  expect(medians(rounds.slice(1))).toEqual(measured(0.25, 2.5));
});

test('a ratio is one of medians of the same case, and there is none without the floor', () => {
  const result = resultOf(3, { 'no-op': [0.2, 0.3, 0.1], 'first run': [0.4, 0.8] });
  expect(overFloor(result, { contestant: 'rota', case: 'no-op' })).toBeCloseTo(1.5);
  expect(overFloor(result, { contestant: 'ssh', case: 'no-op' }, 'ownBytes')).toBe(3);
  expect(overFloor(result, { contestant: 'ssh', case: 'first run' })).toBeUndefined();
  const floorless = { ...result, figures: result.figures.slice(1, 3) };
  expect(overFloor(floorless, { contestant: 'rota', case: 'no-op' })).toBeUndefined();
  expect(closingLines(floorless)).toEqual([]);
  const unmeasured = resultOf(3, { 'no-op': [0, 0.3], 'first run': [] });
  expect(overFloor(unmeasured, { contestant: 'rota', case: 'no-op' })).toBeUndefined();
});

test('the last lines say how far rota is from the floor', () => {
  const result = resultOf(3, { 'no-op': [0.2, 0.3], 'first run': [0.4, 0.8] });
  expect(closingLines(result)).toEqual(['no-op: rota/floor 1.50', 'first run: rota/floor 2.00']);
});

test('what is measured again takes the place of what was, and the rest stays', () => {
  const seconds = { 'no-op': [1], 'first run': [1] };
  const [three, thirty, late] = [
    resultOf(3, seconds),
    resultOf(30, seconds),
    resultOf(3, seconds, 25),
  ];
  const again = { ...three, taken: 'today' };
  expect(withResults([late, thirty, three], [again])).toEqual([again, thirty, late]);
});
