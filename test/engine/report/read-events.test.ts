import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import type { Failure } from '#engine/model/failure.ts';
import { Secret } from '#engine/model/secret.ts';
import { Digest, Pending } from '#engine/model/state.ts';
import { markdownReport } from '#engine/report/markdown.ts';
import { outcomesOf } from '#engine/report/outcome.ts';
import { ownEvents } from '#engine/report/own-events.ts';
import { type RecordedRun, readEvents } from '#engine/report/read-events.ts';
import { type EventLine, eventsSchema } from '#engine/report/recorded.ts';
import type { RunEvent } from '#engine/run/events.ts';
import {
  changed,
  field,
  NO_ANSWER,
  planned,
  plannedTask,
  REJECTED,
  result,
  runStarted,
  summary,
  VIP_1,
  waiting,
} from './events.ts';
import { HEADER, linesOf } from './recorded.ts';

type Missing = Exclude<RunEvent['type'], z.output<typeof EventLine>['type']>;

const IMPACT = { text: 'stopped', moves: ['VIP 1'], gapMs: Number.POSITIVE_INFINITY };
const owners = [
  { host: 'node1', sinceMs: 10.4 },
  { host: undefined, sinceMs: 20 },
];
const CONTINUITY = {
  type: 'continuity' as const,
  ring: ['node1'],
  watched: [{ name: 'VIP 1', samples: 9, lost: 1, longestGapMs: 450.7, owners, mostHolders: 1 }],
  untilMs: 30,
  impacts: [IMPACT],
  blind: [NO_ANSWER],
};

const PART = { host: 'node1', duty: 'VIP 1', rank: 200, peers: ['node2'], isHolder: true };
const LOST = { host: 'node2', sinceMs: 19, untilMs: 25.2, lost: 1 };

/** Each kind of event once at least. */
const EVERY: readonly RunEvent[] = [
  runStarted(['node1', 'node2']),
  ...planned('node1', { one: true, two: false }),
  {
    type: 'hostPlanned',
    host: 'node2',
    stages: [
      [
        {
          ...plannedTask('image', [
            field('password', 'hunter1', new Secret('hunter2')),
            field('digest', undefined, new Pending('sha256:…', 'not built yet')),
            field('large', new Digest(9, 'abc'), 'x'.repeat(300_000)),
            field('live', 1, true),
          ]),
          commands: [{ kind: 'run', title: 'log in', script: new Secret('login hunter2') }],
          note: 'kept by ada@desk',
        },
        { ...plannedTask('other', []), failure: REJECTED },
      ],
    ],
  },
  { type: 'hostUnreachable', host: 'node2', failure: NO_ANSWER },
  { type: 'hostFailed', host: 'node2', failure: REJECTED },
  { type: 'hostWaiting', host: 'node2', what: 'an answer' },
  { type: 'hostRefused', host: 'node2', failure: REJECTED },
  { type: 'hostImpact', host: 'node1', impact: IMPACT },
  { type: 'runRefused', failure: REJECTED },
  { type: 'hostQueued', host: 'node1' },
  { type: 'hostSettling', host: 'node1', run: '20261123-1' },
  { type: 'hostSettling', host: 'node1' },
  ...changed('node1', 'one'),
  { type: 'taskUpset', host: 'node1', task: 'two' },
  { type: 'taskOk', host: 'node1', task: 'two' },
  { type: 'taskFailed', host: 'node2', task: 'image', failure: REJECTED },
  waiting(1200.5, { host: 'node1' }),
  { type: 'checkPassed', check: 'every VIP is held once', elapsedMs: 1, notes: ['a note'] },
  {
    type: 'checkFailed',
    check: 'every VIP is held once',
    findings: [VIP_1],
    explanation: ['a log line'],
    failure: REJECTED,
  },
  { type: 'undoStarted', host: 'node1' },
  { type: 'undone', host: 'node1' },
  { type: 'ringPlanned', ring: ['node1', 'node2'], before: [], after: [PART] },
  {
    type: 'watched',
    ring: ['node1'],
    watched: CONTINUITY.watched.map((one) => ({ ...one, losses: [LOST], boundMs: 3414 })),
    untilMs: 21,
  },
  CONTINUITY,
  { type: 'interrupted' },
  { type: 'hostFinished', summary: summary('node1', { changed: 1 }) },
  {
    type: 'runFinished',
    result: result([summary('node1', { changed: 1 })], {
      failures: [REJECTED],
      continuity: [CONTINUITY],
      undone: ['node1'],
    }),
  },
];

test('every kind of event is written as it was read, without scripts, secrets and what is large', () => {
  const none: Missing[] = [];
  expect(none).toEqual([]);
  const text = linesOf(EVERY);
  expect(text).not.toMatch(/hunter|xxx/);
  const { header, runId, playbook, events } = readEvents(text, 'events.ndjson');
  expect({ header, runId, playbook }).toEqual({
    header: HEADER,
    runId: '20261124-1',
    playbook: 'keepalived',
  });
  const again = linesOf(events.map(({ time: _, ...event }) => event));
  expect(dataOf(again)).toEqual(dataOf(text.replace('"commands":["log in"]', '"commands":[]')));
  expect(events.flatMap((event) => ('failure' in event ? [event.failure] : []))[0]).toEqual(
    NO_ANSWER,
  );
});

test('what a process reads of its own lines is what any other reads of them', () => {
  const text = linesOf(EVERY);
  const own = ownEvents(text.split('\n').slice(0, -1));
  const read = readEvents(text, 'events.ndjson');
  expect(own).toEqual(read);
  // toEqual sees neither the class of what is equal otherwise, nor what is private.
  const viewsOf = (run: RecordedRun) => [
    dataOf(linesOf(run.events)),
    markdownReport(outcomesOf(run)),
  ];
  expect(viewsOf(own)).toEqual(viewsOf(read));
});

test('what a playbook puts beside the parts of a finding or an impact makes nothing else of them', () => {
  const findings = [{ ...VIP_1, kind: 'vip', failure: null, failures: 'two' }];
  const impact = { ...IMPACT, what: 'the pod', kind: 'reload', bytes: 1, sha256: 'abc' };
  const events: readonly RunEvent[] = [
    runStarted(['node1']),
    { type: 'checkFailed', check: 'VIPs', findings, explanation: [], failure: REJECTED },
    { type: 'hostImpact', host: 'node1', impact },
    ...planned('node1', {}),
  ];
  const own = ownEvents(linesOf(events).split('\n').slice(0, -1));
  expect(own.events.slice(1)).toEqual(
    events.slice(1).map((event) => ({ ...event, time: expect.any(String) })),
  );
});

function dataOf(lines: string): readonly unknown[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('a run that was killed in a line is read to the line before', () => {
  const text = linesOf(EVERY.slice(0, 3));
  const { events } = readEvents(text.slice(0, -10), 'events.ndjson');
  expect(events.map(({ type }) => type)).toEqual(['runStarted', 'hostStarted']);
});

test('events of a newer rota are left out', () => {
  const text = `${linesOf(EVERY.slice(0, 1))}{"type":"later","time":"2026-11-24T10:00:01.123Z"}\n`;
  expect(readEvents(text, 'events.ndjson').events.map(({ type }) => type)).toEqual(['runStarted']);
});

test('what is no line of events is said with its place', () => {
  const failureOf = (text: string) => {
    try {
      return readEvents(text, 'events.ndjson');
    } catch (error) {
      const { message, where, ran } = error as Failure;
      return { message, where, ...(ran === undefined ? {} : { ran }) };
    }
  };
  const [first = ''] = linesOf(EVERY).split('\n');
  const no = 'The line is no event of a run';
  expect([
    failureOf(''),
    failureOf('hello\n'),
    failureOf(`${first}\n{"type":"interrupted"}\n`),
    failureOf(`${first.replace('"format_version":1', '"format_version":2')}\n`),
  ]).toEqual([
    { message: no, where: 'events.ndjson:1' },
    { message: no, where: 'events.ndjson:1' },
    { message: no, where: 'events.ndjson:2' },
    {
      message: 'The run was recorded in a format that this rota does not know',
      where: 'events.ndjson:1',
      ran: 'format 2, not 1',
    },
  ]);
});

test('the committed schema is the one of the events: npm run rota -- schema --events > docs/events.schema.json', () => {
  const committed = readFileSync('docs/events.schema.json', 'utf8');
  expect(committed).toBe(`${JSON.stringify(eventsSchema(), null, 2)}\n`);
});
