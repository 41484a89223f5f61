import { expect, test } from 'vitest';
import { criticalPath } from '#engine/report/page/critical-path.ts';
import type { TimeSpan } from '#engine/report/spans.ts';
import type { RunEvent } from '#engine/run/events.ts';
import { changed, NO_ANSWER, planned, runStarted, VIP_1 } from './events.ts';
import { linesAt, recorded, recordedIn } from './recorded.ts';

/** `task config on node1: 4000 to 6000, done`. */
function textOf({ kind, what, host, fromMs, toMs, state }: TimeSpan): string {
  return `${kind} ${what}${host === undefined ? '' : ` on ${host}`}: ${fromMs} to ${toMs}, ${state}`;
}

const WAITING = { check: 'ready', findings: [VIP_1], goodSamples: 0, deadlineMs: 9000 };

test('what takes its time is told from when to when, and how it ended', () => {
  const { spans } = recorded([
    runStarted(['node1', 'node2']),
    ...planned('node1', { config: true }),
    { type: 'hostStarted', host: 'node2' },
    { type: 'hostUnreachable', host: 'node2', failure: NO_ANSWER },
    { type: 'hostQueued', host: 'node1' },
    { type: 'checkWaiting', ...WAITING, elapsedMs: 400 },
    { type: 'checkPassed', check: 'ready', elapsedMs: 1400 },
    { type: 'hostSettling', host: 'node1', run: '20261123-1' },
    { type: 'hostSettling', host: 'node1' },
    ...changed('node1', 'config'),
    { type: 'hostWaiting', host: 'node1', what: 'an answer' },
    {
      type: 'checkFailed',
      check: 'gate',
      host: 'node1',
      findings: [],
      explanation: [],
      failure: NO_ANSWER,
    },
    { type: 'undoStarted', host: 'node1' },
  ]);
  expect(spans.map(textOf)).toMatchInlineSnapshot(`
    [
      "connect connects on node1: 1000 to 2000, done",
      "look is asked on node1: 2000 to 3000, done",
      "connect connects on node2: 4000 to 5000, failed",
      "queue waits for its turn on node1: 6000 to 11000, done",
      "gate ready: 6600 to 8000, done",
      "settle undoes what 20261123-1 has left on node1: 9000 to 10000, done",
      "task config on node1: 11000 to 13000, done",
      "wait an answer on node1: 15000 to 17000, done",
      "gate gate on node1: 16000 to 16000, failed",
      "undo is undone on node1: 17000 to 17000, open",
    ]
  `);
});

test('a check that passes at once began as long ago as it says', () => {
  const { spans } = recordedIn(
    linesAt([
      [0, runStarted(['node1'])],
      [900, { type: 'checkPassed', check: 'ready', elapsedMs: 700 }],
    ]),
  );
  expect(spans.map(textOf)).toEqual(['gate ready: 200 to 900, done']);
});

test('the critical path is what a host did without rest, and before that what all waited for', () => {
  const host = (name: string, fromMs: number): readonly (readonly [number, RunEvent])[] => [
    [fromMs, { type: 'taskStarted', host: name, task: 'first' }],
    [fromMs + 500, { type: 'taskApplied', host: name, task: 'first', elapsedMs: 500 }],
    [fromMs + 510, { type: 'taskStarted', host: name, task: 'second' }],
    [fromMs + 900, { type: 'taskApplied', host: name, task: 'second', elapsedMs: 390 }],
  ];
  const events = [
    [0, runStarted(['node1', 'node2'])] as const,
    [0, { type: 'hostQueued', host: 'node2' }] as const,
    ...host('node1', 0),
    ...host('node2', 950),
    ...host('node3', 700),
  ];
  const { spans } = recordedIn(linesAt(events.toSorted(([one], [other]) => one - other)));
  expect([...criticalPath(spans)].map(textOf)).toEqual([
    'task second on node2: 1460 to 1850, done',
    'task first on node2: 950 to 1450, done',
    'task second on node1: 510 to 900, done',
    'task first on node1: 0 to 500, done',
  ]);
});
