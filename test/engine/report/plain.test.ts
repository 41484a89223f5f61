import { expect, test } from 'vitest';
import { Failure } from '#engine/model/failure.ts';
import { noPaint, type Paint } from '#engine/report/paint.ts';
import { plainReport } from '#engine/report/plain.ts';
import type { RunEvent } from '#engine/run/events.ts';
import {
  changed,
  NO_ANSWER,
  planned,
  REJECTED,
  runStarted,
  summary,
  VIP_1,
  waiting,
} from './events.ts';

function plain(events: readonly RunEvent[], paint: Paint = noPaint, isVerbose = false): string {
  let text = '';
  const write = (chunk: string) => {
    text += chunk;
  };
  const report = plainReport(write, paint, { isVerbose });
  for (const event of events) report.onEvent(event);
  return text;
}

const CONF = '/etc/keepalived/keepalived.conf';

test('a run is told line by line', () => {
  const events: RunEvent[] = [
    runStarted(['node1', 'node2', 'node3']),
    ...planned('node1', { sysctl: false, [CONF]: true }),
    ...planned('node2', { sysctl: false, [CONF]: true }),
    { type: 'hostUnreachable', host: 'node3', failure: NO_ANSWER },
    { type: 'hostQueued', host: 'node1' },
    { type: 'taskOk', host: 'node1', task: 'sysctl' },
    ...changed('node1', CONF),
    waiting(0, { host: 'node1' }),
    { type: 'checkPassed', check: 'every VIP is held once', host: 'node1', elapsedMs: 4200 },
    { type: 'taskStarted', host: 'node2', task: CONF },
    { type: 'taskFailed', host: 'node2', task: CONF, failure: REJECTED },
    { type: 'interrupted' },
    { type: 'hostFinished', summary: summary('node1', { ok: 1, changed: 1 }) },
  ];
  expect(plain(events)).toMatchInlineSnapshot(`
    "keepalived on 3 hosts, run 20261124-1
    node1  planned      1 of 2 tasks to change
    node2  planned      1 of 2 tasks to change
    node3  unreachable  The host does not answer
    node1  applying     /etc/keepalived/keepalived.conf
    node1  changed      /etc/keepalived/keepalived.conf
    node1  waiting      every VIP is held once, 0 s of at most 1 min 00 s; VIP 1: expected on node1, seen on node2
    node1  passed       every VIP is held once, 4.2 s
    node2  applying     /etc/keepalived/keepalived.conf
    node2  failed       /etc/keepalived/keepalived.conf: The new configuration was rejected by its check
    interrupted: nothing new is started, what is under way is finished
    "
  `);
});

test('what is ok is named where that is asked for', () => {
  const events = planned('node1', { sysctl: false, [CONF]: true, pod: false });
  expect(plain([...events, ...events], noPaint, true)).toMatchInlineSnapshot(`
    "node1  planned      1 of 3 tasks to change
    node1  ok           sysctl
    node1  ok           pod
    "
  `);
});

test('that all is as before after an undo is no success', () => {
  const check = 'every VIP is held once';
  const events: RunEvent[] = [
    { type: 'checkPassed', check, host: 'node1', elapsedMs: 100 },
    { type: 'undone', host: 'node1' },
    { type: 'checkPassed', check: `${check}, after the undo`, host: 'node1', elapsedMs: 100 },
  ];
  const marked = plain(events, (colour, text) => `<${colour}:${text}>`);
  expect(marked).toMatchInlineSnapshot(`
    "node1  <green:passed     >  every VIP is held once, 0.1 s
    node1  <yellow:undone     >  it is as before
    node1  <yellow:passed     >  every VIP is held once, after the undo, 0.1 s
    "
  `);
});

test('a host with nothing to do is told once, however often it is planned', () => {
  const plans = planned('node1', { sysctl: false });
  expect(
    plain([runStarted(['localhost', 'node1'], 'dry-run'), ...plans, ...plans]),
  ).toMatchInlineSnapshot(`
    "keepalived on 1 host, dry run, run 20261124-1
    node1      ok           1 task
    "
  `);
});

test('a wait is told at most every 5 s, by the time of the check itself', () => {
  const seconds = [0, 0.5, 4.9, 5.1, 7, 10.2, 61].map((second) => waiting(second * 1000));
  const good = waiting(70_000, { findings: [], goodSamples: 1 });
  expect(plain([runStarted(['node1'], 'verify'), ...seconds, good])).toMatchInlineSnapshot(`
    "keepalived on 1 host, verify, run 20261124-1
    check  waiting      every VIP is held once, 0 s of at most 1 min 00 s; VIP 1: expected on node1, seen on node2
    check  waiting      every VIP is held once, 5 s of at most 1 min 00 s; VIP 1: expected on node1, seen on node2
    check  waiting      every VIP is held once, 10 s of at most 1 min 00 s; VIP 1: expected on node1, seen on node2
    check  waiting      every VIP is held once, 1 min 00 s are over, waiting for the last answer; VIP 1: expected on node1, seen on node2
    check  waiting      every VIP is held once, 1 min 10 s, 1 good sample
    "
  `);
});

test('what a check found is told with it, unless its failure will tell it', () => {
  const failedCheck = (failure: Failure): RunEvent => ({
    type: 'checkFailed',
    check: 'every VIP is held once',
    findings: [VIP_1],
    explanation: ['node2: Entering MASTER STATE\u0007'],
    failure,
  });
  const bare = failedCheck(new Failure('A check does not hold'));
  const telling = failedCheck(new Failure('A check does not hold', { output: 'VIP 1 …' }));
  expect(plain([runStarted(['node1'], 'verify'), bare, telling])).toMatchInlineSnapshot(`
    "keepalived on 1 host, verify, run 20261124-1
    check  failed       every VIP is held once: VIP 1: expected on node1, seen on node2
           node2: Entering MASTER STATE\\x07
    check  failed       every VIP is held once: VIP 1: expected on node1, seen on node2
    "
  `);
});
