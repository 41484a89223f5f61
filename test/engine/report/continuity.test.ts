import { expect, test } from 'vitest';
import type { Continuity } from '#engine/model/rollout.ts';
import { formatContinuity } from '#engine/report/summary.ts';

const STILL: Continuity = {
  name: 'fd02:9a01::2',
  samples: 812,
  lost: 0,
  longestGapMs: 0,
  owners: [{ host: 'node2', sinceMs: 1000 }],
  mostHolders: 1,
};

const MOVED: Continuity = {
  name: 'fd02:9a01::1',
  samples: 1620,
  lost: 9,
  longestGapMs: 447,
  owners: [
    { host: 'node1', sinceMs: 1000 },
    { host: undefined, sinceMs: 20_000 },
    { host: 'node3', sinceMs: 20_420 },
    { host: 'node1', sinceMs: 32_820 },
  ],
  mostHolders: 1,
};

test('each VIP has a row with its longest gap, what was lost, and who held it for how long', () => {
  expect(formatContinuity([MOVED, STILL])).toMatchInlineSnapshot(`
    "fd02:9a01::1  longest gap 0.45 s  9 of 1620 samples lost  node1 → nobody (0.4 s) → node3 (12 s) → node1
    fd02:9a01::2  no gap              0 of 812 samples lost   node2"
  `);
});

test('what was expected stands beside what was seen', () => {
  const impacts = [
    { text: 'reload, no VIP moves', moves: [], gapMs: 0 },
    { text: 'pod recreated', moves: ['fd02:9a01::1'], gapMs: 500 },
  ];
  expect(formatContinuity([MOVED, STILL], impacts)).toMatchInlineSnapshot(`
    "fd02:9a01::1  longest gap 0.45 s  expected 0.50 s  9 of 1620 samples lost  node1 → nobody (0.4 s) → node3 (12 s) → node1
    fd02:9a01::2  no gap              expected no gap  0 of 812 samples lost   node2"
  `);
});

test('a VIP that two held at once, and one that nobody could probe, are told as such', () => {
  const twice = { ...STILL, mostHolders: 2, longestGapMs: 12_345, lost: 250 };
  const alone = { ...STILL, samples: 0, owners: [{ host: undefined, sinceMs: 0 }], mostHolders: 0 };
  expect(formatContinuity([twice, alone])).toMatchInlineSnapshot(`
    "fd02:9a01::2  longest gap 12 s  250 of 812 samples lost  node2, held by 2 at once
    fd02:9a01::2  not probed        0 of 0 samples lost      nobody"
  `);
  expect(formatContinuity([])).toBe('');
});

test('a VIP that was to go away has no time to be held to', () => {
  const gone = { ...STILL, samples: 0, owners: [{ host: undefined, sinceMs: 0 }], mostHolders: 0 };
  const away = { text: 'goes away', moves: [STILL.name], gapMs: Number.POSITIVE_INFINITY };
  expect(formatContinuity([gone], [away])).toBe(
    'fd02:9a01::2  not probed  expected to go away  0 of 0 samples lost  nobody',
  );
});
