import { Failure } from '#engine/model/failure.ts';
import type { Continuity, DutyPart } from '#engine/model/rollout.ts';
import { Secret } from '#engine/model/secret.ts';
import type { RunEvent } from '#engine/run/events.ts';
import { field, plannedTask, result, runStarted, summary } from '../engine/report/events.ts';
import { linesAt } from '../engine/report/recorded.ts';

const RING = ['node1', 'node2'];
const CONFIG = '/etc/keepalived/keepalived.conf';
const GATE = 'every VIP is held once';

const parts = (ranks: Readonly<Record<string, number>>, holder: string): readonly DutyPart[] =>
  Object.entries(ranks).map(([host, rank]) => ({
    host,
    duty: 'fd02::1',
    rank,
    peers: RING.filter((peer) => peer !== host),
    isHolder: host === holder,
  }));

/** On a clock that showed 5000 when the run began. */
const WATCHED: Continuity = {
  name: 'fd02::1',
  samples: 400,
  lost: 90,
  longestGapMs: 4500,
  owners: [
    { host: 'node1', sinceMs: 6000 },
    { host: undefined, sinceMs: 7000 },
    { host: 'node2', sinceMs: 11_500 },
  ],
  mostHolders: 1,
  losses: [{ host: 'node2', sinceMs: 7000, untilMs: 11_500, lost: 90 }],
  boundMs: 3414,
};

const NOT_SO = new Failure(`Not so: ${GATE}. VIP fd02::1: expected on node1, seen on node2`, {
  kind: 'check',
  where: 'after the change of node1',
  output: 'node1 log: entering FAULT state',
  fix: 'Look at the check of node1.',
});

const started = (atMs: number, host: string): readonly (readonly [number, RunEvent])[] => [
  [atMs, { type: 'hostStarted', host }],
  [atMs + 100, { type: 'hostConnected', host, elapsedMs: 100 }],
  [
    atMs + 400,
    {
      type: 'hostPlanned',
      host,
      stages: [
        [
          plannedTask(CONFIG, [field('content', 'a\nb\nc\n', 'a\nx\nc\n')]),
          plannedTask('password', [field('hash', 'hunter1', new Secret('hunter2'))]),
          plannedTask('sysctl', []),
        ],
      ],
    },
  ],
];

const TIMED: readonly (readonly [number, RunEvent])[] = [
  [0, runStarted(RING)],
  ...started(0, 'node1'),
  ...started(50, 'node2'),
  [
    500,
    {
      type: 'ringPlanned',
      ring: RING,
      before: parts({ node1: 200, node2: 150 }, 'node1'),
      after: parts({ node1: 100, node2: 150 }, 'node2'),
    },
  ],
  [
    500,
    {
      type: 'hostImpact',
      host: 'node1',
      impact: { text: 'reload, fd02::1 moves', moves: ['fd02::1'], gapMs: 500 },
    },
  ],
  [600, { type: 'hostQueued', host: 'node1' }],
  [600, { type: 'hostQueued', host: 'node2' }],
  [1000, { type: 'taskStarted', host: 'node1', task: CONFIG }],
  [2000, { type: 'taskApplied', host: 'node1', task: CONFIG, elapsedMs: 1000 }],
  [2100, { type: 'taskChanged', host: 'node1', task: CONFIG }],
  [
    2200,
    {
      type: 'checkWaiting',
      check: GATE,
      host: 'node1',
      findings: [],
      goodSamples: 0,
      elapsedMs: 100,
      deadlineMs: 4000,
    },
  ],
  [
    6900,
    {
      type: 'checkFailed',
      check: GATE,
      host: 'node1',
      findings: [],
      explanation: [],
      failure: NOT_SO,
    },
  ],
  [6900, { type: 'watched', ring: RING, watched: [WATCHED], untilMs: 11_900 }],
  [7000, { type: 'undoStarted', host: 'node1' }],
  [8000, { type: 'undone', host: 'node1' }],
  [
    8100,
    { type: 'continuity', ring: RING, watched: [WATCHED], untilMs: 13_100, impacts: [], blind: [] },
  ],
];

const HOSTS = [
  summary('node1', { failed: 1, pending: 2, ok: 1 }),
  summary('node2', { pending: 2, ok: 1 }),
];

/** A step that failed its gate, and was undone: lines of events. */
export const FAILED_STEP = linesAt([
  ...TIMED,
  ...HOSTS.map((one) => [8200, { type: 'hostFinished', summary: one }] as const),
  [
    8200,
    {
      type: 'runFinished',
      result: result(HOSTS, { failures: [NOT_SO], undone: ['node1'], elapsedMs: 8200 }),
    },
  ],
]);

/** The same, of a run that was killed while the gate waited. */
export const KILLED = `${linesAt(TIMED.slice(0, 15))}{"time":"2026-`;
