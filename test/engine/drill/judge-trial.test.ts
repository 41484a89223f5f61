import { expect, test } from 'vitest';
import { judgeTrial } from '#engine/drill/judge-trial.ts';
import type { Trial } from '#engine/model/drill.ts';
import type { Continuity } from '#engine/model/rollout.ts';

const TRIAL: Trial = {
  name: '1',
  noun: 'VIP',
  holder: 'node1',
  successor: 'node3',
  moves: ['1'],
  boundMs: 400,
  fault: { title: 'stopped', on: 'host', cause: '', mend: 'true', leastMs: 0, holdsOn: false },
};

const TIMES = { faultMs: 1000, mendMs: 6000, endMs: 20_000 };

interface Story {
  readonly trial?: Trial;
  readonly next?: string;
  readonly gapMs?: number;
  readonly backGapMs?: number;
  readonly holders?: number;
  readonly otherGapMs?: number;
}

/** A trial whose holder is back at 9000. */
function judged({
  trial = TRIAL,
  next,
  gapMs = 410,
  backGapMs = 0,
  holders = 1,
  otherGapMs = 0,
}: Story) {
  const vip = (name: string, longestGapMs: number): Continuity => ({
    name,
    samples: 100,
    lost: longestGapMs === 0 ? 0 : 9,
    longestGapMs,
    owners: [
      { host: 'node1', sinceMs: 1000 },
      ...(next === undefined ? [] : [{ host: next, sinceMs: 1600 }]),
      { host: 'node1', sinceMs: 9000 },
    ],
    mostHolders: holders,
  });
  return judgeTrial(
    trial,
    (sinceMs, untilMs) => {
      const isBack = sinceMs === TIMES.mendMs;
      const whole = untilMs === TIMES.endMs && !isBack;
      const longest = whole ? Math.max(gapMs, backGapMs) : isBack ? backGapMs : gapMs;
      return [vip('1', longest), { ...vip('2', otherGapMs), mostHolders: 1 }];
    },
    TIMES,
  );
}

const seenOf = (story: Story) =>
  judged(story).findings.map(({ what, expected, seen }) => `${what}: ${expected}, ${seen}`);

test('a trial that went as it should has figures, and no findings', () => {
  expect(judged({ next: 'node3' })).toEqual({
    trial: TRIAL,
    takenOver: { host: 'node3', afterMs: 600 },
    gapMs: 410,
    backAfterMs: 3000,
    backGapMs: 0,
    findings: [],
  });
});

test.each<readonly [string, Story, readonly string[]]>([
  ['another successor', { next: 'node2' }, ['VIP 1: taken over by node3, by node2']],
  ['no successor', {}, ['VIP 1: taken over by node3, by nobody']],
  ['a gap within the slack', { next: 'node3', gapMs: 650 }, []],
  [
    'a longer gap',
    { next: 'node3', gapMs: 651 },
    ['VIP 1: unanswered for at most 0.65 s, unanswered for 0.65 s'],
  ],
  [
    'a gap on the way back',
    { next: 'node3', backGapMs: 300 },
    ['VIP 1: back on node1 without a gap, unanswered for 0.30 s'],
  ],
  ['two holders', { next: 'node3', holders: 2 }, ['VIP 1: held once, held by 2 at once']],
  [
    'a gap of a VIP that is elsewhere',
    { next: 'node3', otherGapMs: 500 },
    ['VIP 2: answered while node1 fails, unanswered for 0.50 s'],
  ],
])('%s', (_, story, findings) => {
  expect(seenOf(story)).toEqual(findings);
});

test('a host that mends itself may be back before anybody has missed it, and hold on meanwhile', () => {
  const { mend: _, ...fault } = TRIAL.fault;
  const trial = { ...TRIAL, boundMs: 3400, fault: { ...fault, holdsOn: true } };
  expect(seenOf({ trial, holders: 2, gapMs: 3000 })).toEqual([]);
  expect(seenOf({ trial, next: 'node2' })).toEqual(['VIP 1: taken over by node3, by node2']);
});
