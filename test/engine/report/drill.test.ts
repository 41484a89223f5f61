import { expect, test } from 'vitest';
import type { Trial, TrialResult } from '#engine/model/drill.ts';
import { drillAsData, formatDrill } from '#engine/report/drill.ts';

const TRIAL: Trial = {
  name: 'fd02:9a01::1',
  noun: 'VIP',
  holder: 'node1',
  successor: 'node3',
  moves: ['fd02:9a01::1'],
  boundMs: 414,
  fault: { title: 'keepalived stopped', on: 'host', cause: '', leastMs: 0, holdsOn: false },
};

const AS_EXPECTED: TrialResult = {
  trial: TRIAL,
  takenOver: { host: 'node3', afterMs: 520 },
  gapMs: 447,
  backAfterMs: 7130,
  backGapMs: 0,
  findings: [],
};

test('each VIP has a row, with what the protocol promises beside what was measured', () => {
  const { takenOver: _, ...missed } = AS_EXPECTED;
  const finding = { what: 'VIP', expected: 'taken over', seen: 'by nobody' };
  const results = [AS_EXPECTED, { ...missed, gapMs: 20_000, findings: [finding] }];
  expect(formatDrill(results)).toMatchInlineSnapshot(`
    "VIP           held by  taken over by  after  no answer  at most  back after  no answer  at most  as expected
    fd02:9a01::1  node1    node3          0.5 s  0.45 s     0.41 s   7.1 s       none       none     yes
    fd02:9a01::1  node1    nobody         –      20.00 s    0.41 s   7.1 s       none       none     no
    At most: what the protocol promises. What is measured may be up to 0.25 s longer."
  `);
});

test('the same is there as data, without what was run', () => {
  expect(drillAsData([AS_EXPECTED])).toEqual([
    {
      ...{ name: 'fd02:9a01::1', noun: 'VIP', holder: 'node1', successor: 'node3' },
      ...{ moves: ['fd02:9a01::1'], fault: 'keepalived stopped', boundMs: 414 },
      ...{
        takenOver: { host: 'node3', afterMs: 520 },
        gapMs: 447,
        backAfterMs: 7130,
        backGapMs: 0,
      },
      findings: [],
    },
  ]);
});
