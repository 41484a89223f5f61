import { expect, test } from 'vitest';
import type { Continuity } from '#engine/model/rollout.ts';
import { mergeRuns } from '#engine/report/merge-runs.ts';
import type { RunEvent } from '#engine/run/events.ts';
import { runStarted } from './events.ts';
import { linesAt, recordedIn } from './recorded.ts';

const seen = (lost: number): Continuity => ({
  name: 'A',
  samples: 9,
  lost,
  longestGapMs: 100,
  owners: [{ host: 'n1', sinceMs: 50_000 }],
  mostHolders: 1,
  losses: [{ host: 'n2', sinceMs: 50_100, untilMs: 50_200, lost }],
});

const watched = (lost: number, untilMs: number): RunEvent => ({
  type: 'watched',
  ring: ['n1', 'n2'],
  watched: [seen(lost)],
  untilMs,
});

test('the last that was told of a watch counts, in the time of the run, also of several runs', () => {
  const run = recordedIn(
    linesAt([
      [0, runStarted(['n1', 'n2'])],
      [1000, watched(1, 50_500)],
      [2000, watched(2, 51_500)],
    ]),
  );
  const owners = [{ host: 'n1', sinceMs: 500 }];
  const losses = [{ host: 'n2', sinceMs: 600, untilMs: 700, lost: 2 }];
  expect(run.watches).toEqual([
    { ring: ['n1', 'n2'], watched: [{ ...seen(2), owners, losses }], untilMs: 2000, blind: [] },
  ]);
  const later = { ...run, started: new Date(Date.parse(run.started) + 60_000).toISOString() };
  const merged = mergeRuns([later, run]);
  expect(merged.watches.map(({ untilMs }) => untilMs)).toEqual([2000, 62_000]);
  expect(merged.watches[1]?.watched[0]?.owners).toEqual([{ host: 'n1', sinceMs: 60_500 }]);
});

test('of a rota that did not tell when, there are no times', () => {
  const { watches } = recordedIn(
    linesAt([
      [0, runStarted(['n1'])],
      [1000, { type: 'continuity', ring: ['n1'], watched: [seen(1)], impacts: [], blind: [] }],
    ]),
  );
  expect(watches).toEqual([{ ring: ['n1'], watched: [seen(1)], untilMs: undefined, blind: [] }]);
});
