import { expect, test } from 'vitest';
import { Failure } from '#engine/model/failure.ts';
import { remember } from '#engine/model/redaction.ts';
import { noPaint } from '#engine/report/paint.ts';
import { Progress } from '#engine/report/progress.ts';
import { screen } from '#engine/report/screen.ts';
import type { Mode, RunEvent } from '#engine/run/events.ts';
import {
  changed,
  NO_ANSWER,
  planned,
  REJECTED,
  result,
  runStarted,
  summary,
  VIP_1,
  waiting,
} from './events.ts';

const CONF = '/etc/keepalived/keepalived.conf';
const NODES = ['node1', 'node2', 'node3'];
const TASKS = { sysctl: false, [CONF]: true, image: true };

function after(events: readonly RunEvent[]): Progress {
  const progress = new Progress();
  for (const event of events) progress.onEvent(event, 0);
  return progress;
}

function shown(events: readonly RunEvent[], height = 30, columns = 120): string {
  return screen(after(events), { now: 2500, paint: noPaint, height, columns }).join('\n');
}

function final(events: readonly RunEvent[], height = 30): string {
  return screen(after(events), {
    now: 2500,
    paint: noPaint,
    height,
    columns: 120,
    isLast: true,
  }).join('\n');
}

function allPlanned(mode: Mode = 'apply'): RunEvent[] {
  return [runStarted(NODES, mode), ...NODES.flatMap((node) => planned(node, TASKS))];
}

test('hosts are shown from the first moment on, each where it stands', () => {
  const events: RunEvent[] = [
    runStarted(['localhost', ...NODES]),
    { type: 'hostStarted', host: 'node1' },
    { type: 'hostStarted', host: 'node2' },
    { type: 'hostConnected', host: 'node2', elapsedMs: 80 },
    { type: 'hostUnreachable', host: 'node3', failure: NO_ANSWER },
  ];
  expect(shown(events)).toMatchInlineSnapshot(`
    "keepalived on 3 hosts
    · localhost  waiting
    ⠴ node1      connecting  2 s
    ⠴ node2      reading  2 s
    ✖ node3      unreachable  The host does not answer"
  `);
});

test('the running task and what it prints stand under its host, harmless and cut to the last', () => {
  const output = ['one', '', 'two\r\u001b[Kthree', 'a\tb', 'last'].map(
    (line): RunEvent => ({ type: 'taskOutput', host: 'node1', task: CONF, line }),
  );
  const events: RunEvent[] = [
    ...allPlanned(),
    ...NODES.map((host): RunEvent => ({ type: 'hostQueued', host })),
    { type: 'taskOk', host: 'node1', task: 'sysctl' },
    { type: 'taskStarted', host: 'node1', task: CONF },
    ...output,
  ];
  expect(shown(events)).toMatchInlineSnapshot(`
    "keepalived on 3 hosts
    ⠴ node1  1 of 3 tasks  2 s  /etc/keepalived/keepalived.conf
        three
        a  b
        last
    · node2  waiting for its turn, 2 tasks to change
    · node3  waiting for its turn, 2 tasks to change"
  `);
});

test('a gate stands under its host, with what it waits for and until when', () => {
  const tasks = [CONF, 'image'].flatMap((task) => changed('node1', task));
  const events = [...allPlanned(), ...tasks, waiting(1000, { host: 'node1' })];
  expect(shown(events)).toMatchInlineSnapshot(`
    "keepalived on 3 hosts
    ⠴ node1  changed  2 of 3 tasks
      ⠴ every VIP is held once  3 s of at most 1 min 00 s
        VIP 1: expected on node1, seen on node2
    · node2  waiting, 2 tasks to change
    · node3  waiting, 2 tasks to change"
  `);
});

test('a check of all hosts stands below them', () => {
  const hosts = NODES.map((host): RunEvent => ({ type: 'hostConnected', host, elapsedMs: 90 }));
  const good = waiting(3000, { findings: [], goodSamples: 1 });
  expect(shown([runStarted(NODES, 'verify'), ...hosts, good])).toMatchInlineSnapshot(`
    "keepalived on 3 hosts, verify
    ✔ node1  answered
    ✔ node2  answered
    ✔ node3  answered
    ⠴ every VIP is held once  5 s, 1 good sample"
  `);
});

test('a host of which nothing is planned has answered once others are changed', () => {
  const events: RunEvent[] = [
    runStarted(['node1', 'node2']),
    { type: 'hostConnected', host: 'node2', elapsedMs: 90 },
    ...planned('node1', TASKS),
    { type: 'taskStarted', host: 'node1', task: CONF },
  ];
  expect(shown(events)).toMatchInlineSnapshot(`
    "keepalived on 2 hosts
    ⠴ node1  0 of 3 tasks  2 s  /etc/keepalived/keepalived.conf
    ✔ node2  answered"
  `);
});

const MANY = Array.from({ length: 40 }, (_, index) => `node${index + 1}`);

test('more hosts than fit are counted, those at work or failed aside', () => {
  const events: RunEvent[] = [
    runStarted(MANY),
    ...MANY.slice(0, 20).flatMap((node) => planned(node, { sysctl: false })),
    ...MANY.slice(20, 30).flatMap((node) => planned(node, TASKS)),
    { type: 'taskStarted', host: 'node21', task: CONF },
    { type: 'taskOutput', host: 'node21', task: CONF, line: 'copying' },
    { type: 'taskFailed', host: 'node22', task: CONF, failure: REJECTED },
  ];
  expect(shown(events, 20)).toMatchInlineSnapshot(`
    "keepalived on 40 hosts
    ⠴ node21  0 of 3 tasks  2 s  /etc/keepalived/keepalived.conf
        copying
    ✖ node22  failed  /etc/keepalived/keepalived.conf: The new configuration was rejected by its check
    … 38 more hosts: 20 ok, 18 waiting"
  `);
});

test.for([3, 8, 12, 20, 29, 45, 60])('a frame of 40 hosts fits into %d lines', (height) => {
  const events = MANY.flatMap((host): RunEvent[] => [
    ...planned(host, TASKS),
    { type: 'taskStarted', host, task: CONF },
    { type: 'taskOutput', host, task: CONF, line: 'copying' },
  ]);
  const gates = MANY.slice(0, 10).map((host) => waiting(0, { host }));
  const lines = (all: readonly RunEvent[]) => shown([runStarted(MANY), ...all], height).split('\n');
  expect(lines(events).length).toBeLessThanOrEqual(height);
  expect(lines([...events, ...gates]).length).toBeLessThanOrEqual(height);
});

test('in the end what changed, failed and was checked stays', () => {
  const events: RunEvent[] = [
    runStarted([...NODES, 'node4', 'node5']),
    ...NODES.flatMap((node) => planned(node, TASKS)),
    ...['node4', 'node5'].flatMap((node) => planned(node, { sysctl: false })),
    ...[CONF, 'image'].flatMap((task) => changed('node1', task)),
    { type: 'checkPassed', check: 'every VIP is held once', host: 'node1', elapsedMs: 4200 },
    { type: 'taskFailed', host: 'node2', task: CONF, failure: REJECTED },
    { type: 'interrupted' },
    {
      type: 'checkFailed',
      check: 'every VIP is held once',
      findings: [VIP_1],
      explanation: [],
      failure: new Failure('A check does not hold'),
    },
    { type: 'hostFinished', summary: summary('node1', { ok: 1, changed: 2 }) },
    { type: 'hostFinished', summary: summary('node2', { ok: 1, failed: 1, pending: 1 }) },
    { type: 'hostFinished', summary: summary('node3', { ok: 1, pending: 2 }) },
    { type: 'hostFinished', summary: summary('node4', { ok: 1 }) },
    { type: 'hostFinished', summary: summary('node5', { ok: 1 }) },
  ];
  expect(final(events)).toMatchInlineSnapshot(`
    "keepalived on 5 hosts  interrupted
    ✔ node1  changed  2 of 3 tasks
      /etc/keepalived/keepalived.conf
      image
      ✔ every VIP is held once  4.2 s
    ✖ node2  failed  /etc/keepalived/keepalived.conf: The new configuration was rejected by its check
    · node3  not done  2 of 3 tasks
    ✔ node4  ok  1 task
    ✔ node5  ok  1 task
    ✖ every VIP is held once  VIP 1: expected on node1, seen on node2"
  `);
});

test('what was done before an interrupt does not stand under what was not, nor what was undone', () => {
  const events: RunEvent[] = [
    ...allPlanned(),
    ...changed('node1', CONF),
    ...changed('node2', CONF),
    { type: 'undoStarted', host: 'node2' },
    { type: 'undone', host: 'node2' },
    { type: 'interrupted' },
    { type: 'hostFinished', summary: summary('node1', { changed: 1, pending: 1 }) },
    { type: 'hostFinished', summary: summary('node2', { pending: 2 }) },
    { type: 'hostFinished', summary: summary('node3', { pending: 2 }) },
  ];
  expect(final(events)).toMatchInlineSnapshot(`
    "keepalived on 3 hosts  interrupted
    · node1  done in part  1 of 3 tasks not done
      /etc/keepalived/keepalived.conf
    · node2  not done, undone  2 of 3 tasks
    · node3  not done  2 of 3 tasks"
  `);
});

test('a check that was interrupted waits no more in the end, and blames no host', () => {
  const events: RunEvent[] = [
    ...allPlanned(),
    waiting(2000),
    { type: 'interrupted' },
    ...NODES.map((node): RunEvent => {
      return { type: 'hostFinished', summary: summary(node, { pending: 2 }) };
    }),
    { type: 'runFinished', result: result([], { interrupted: true }) },
  ];
  expect(final(events)).toMatchInlineSnapshot(`
    "keepalived on 3 hosts  interrupted
    · node1  not done  2 of 3 tasks
    · node2  not done  2 of 3 tasks
    · node3  not done  2 of 3 tasks
    · every VIP is held once  interrupted"
  `);
});

test('after an interrupt only the check of what is undone goes on, and every line is whole', () => {
  const tasks = [CONF, 'image'].flatMap((task) => changed('node1', task));
  const events: RunEvent[] = [
    ...allPlanned(),
    ...tasks,
    waiting(1000, { host: 'node1' }),
    { type: 'interrupted' },
    { type: 'undoStarted', host: 'node1' },
    { type: 'undone', host: 'node1' },
    {
      ...waiting(0, { host: 'node1' }),
      check: 'every VIP is held once, after the undo',
    } as RunEvent,
  ];
  expect(shown(events, 30, 60)).toMatchInlineSnapshot(`
    "keepalived on 3 hosts  interrupted: nothing new is started,
                           what is under way is finished
    ⠴ node1  not done, undone  2 of 3 tasks
      · every VIP is held once  interrupted
      ⠴ every VIP is held once, after the undo  2 s of at most
        1 min 00 s
        VIP 1: expected on node1, seen on node2
    · node2  waiting, 2 tasks to change
    · node3  waiting, 2 tasks to change"
  `);
});

test('a secret of several words is dots, wherever a line breaks', () => {
  remember('horse battery staple');
  const failure = new Failure('The password is wrong: it is not horse battery staple, as it was');
  const events: RunEvent[] = [...allPlanned(), { type: 'hostFailed', host: 'node1', failure }];
  for (const columns of [40, 48, 56, 64])
    expect(shown(events, 30, columns)).not.toMatch(/horse|battery|staple/);
});

test('a wait whose time is over says that the last answer is waited for', () => {
  expect(shown([...allPlanned(), waiting(60_000, { host: 'node1' })])).toMatchInlineSnapshot(`
    "keepalived on 3 hosts
    ⠴ node1  waiting, 2 tasks to change
      ⠴ every VIP is held once  1 min 00 s are over, waiting for the last answer
        VIP 1: expected on node1, seen on node2
    · node2  waiting, 2 tasks to change
    · node3  waiting, 2 tasks to change"
  `);
});

test('a host that is undone says so while it is, and afterwards with what had failed', () => {
  const events: RunEvent[] = [
    runStarted(['node1', 'node2']),
    ...['node1', 'node2'].flatMap((node) => planned(node, TASKS)),
    { type: 'taskFailed', host: 'node1', task: CONF, failure: REJECTED },
    { type: 'undoStarted', host: 'node1' },
  ];
  expect(shown(events, 20)).toMatchInlineSnapshot(`
    "keepalived on 2 hosts
    ⠴ node1  undoing  2 s
    · node2  waiting, 2 tasks to change"
  `);
  expect(final([...events, { type: 'undone', host: 'node1' }])).toMatchInlineSnapshot(`
    "keepalived on 2 hosts
    ✖ node1  failed, undone  /etc/keepalived/keepalived.conf: The new configuration was rejected by its check
    · node2  waiting, 2 tasks to change"
  `);
});

test('of more hosts than fit, those with the same outcome share a line in the end', () => {
  const events: RunEvent[] = [
    runStarted(MANY),
    ...MANY.flatMap((node) => planned(node, TASKS)),
    ...MANY.slice(0, 30).flatMap((node) => [...changed(node, CONF), ...changed(node, 'image')]),
    { type: 'hostFailed', host: 'node31', failure: new Failure('A question failed') },
    { type: 'hostFinished', summary: summary('node40', { ok: 1, pending: 2 }) },
  ];
  expect(final(events)).toMatchInlineSnapshot(`
    "keepalived on 40 hosts
    ✖ node31  failed  A question failed
    … 39 more hosts: 30 changed, 8 waiting, 1 not done"
  `);
});

test('a dry run ends with who would change', () => {
  const events = [...allPlanned('dry-run'), ...planned('node2', { sysctl: false })];
  expect(final(events)).toMatchInlineSnapshot(`
    "keepalived on 3 hosts, dry run
    ~ node1  would change  2 of 3 tasks
    ✔ node2  ok  1 task
    ~ node3  would change  2 of 3 tasks"
  `);
});
