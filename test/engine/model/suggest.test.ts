import { expect, test } from 'vitest';
import { didYouMean, suggest } from '#engine/model/suggest.ts';

test.for([
  ['hots', 'hosts'],
  ['hsots', 'hosts'],
  ['Hosts', 'hosts'],
  ['chldren', 'children'],
  ['var', 'vars'],
  ['x', undefined],
  ['something else', undefined],
  ['x'.repeat(100_000), undefined],
] as const)('%.20s is a slip of %s', ([word, expected]) => {
  expect(suggest(word, ['hosts', 'vars', 'children'])).toBe(expected);
});

test('the closest name wins, and without one there is other advice', () => {
  expect(didYouMean('node12', ['node1', 'node123', 'node13'], 'No.')).toBe('Did you mean node1?');
  expect(didYouMean('zzz', ['node1'], 'No.')).toBe('No.');
});
