import { expect, test } from 'vitest';
import { formatSummary } from '#engine/report/summary.ts';
import { formatTotals } from '#engine/report/totals.ts';
import type { RunResult } from '#engine/run/events.ts';
import { NO_ANSWER, REJECTED, result, summary } from './events.ts';

test('a summary has a row per host, each failure once, and the whole in a sentence', () => {
  const hosts = [
    summary('node1', { ok: 9, changed: 3 }),
    summary('node2', { ok: 9, changed: 1, failed: 1, pending: 2, elapsedMs: 65_000 }),
    summary('node10', { unreachable: true, elapsedMs: 400 }),
    summary('node11', { ok: 9, pending: 3 }),
  ];
  const run = result(hosts, { failures: [NO_ANSWER, REJECTED] });
  expect(formatSummary(run)).toMatchInlineSnapshot(`
    "        ok  changed  failed  not done  unreachable     elapsed
    node1    9        3       0         0            0       2.1 s
    node2    9        1       1         2            0  1 min 05 s
    node10   0        0       0         0            1       0.4 s
    node11   9        0       0         3            0       2.1 s

    ✖ The host does not answer
      where  node3 (192.0.2.13)
      fix    Look whether it is up: ssh root@192.0.2.13

    ✖ The new configuration was rejected by its check
      where  playbooks/deploy.ts › /etc/keepalived/keepalived.conf › node2
      ran    keepalived --config-test -f … → exit 5
             (line 14) virtual_router_id 300 not in range 1-255
      fix    Set vrid in inventory/prod.yaml:21 to 1–255. The running configuration was not touched.

    Failed after 12 s: node2 failed; node10 was unreachable; 4 tasks changed on 2 of 4 hosts; node11 was not done"
  `);
});

test('what the time of a host was spent on stands beside it, the longest first', () => {
  const spent = [
    { on: 'connecting', elapsedMs: 300 },
    { on: 'waiting', elapsedMs: 900 },
    { on: 'applying', elapsedMs: 3100 },
    { on: 'gate', elapsedMs: 9400 },
  ] as const;
  const run = result([summary('node1', { ok: 1, changed: 2, elapsedMs: 13_700, spent })]);
  expect(formatSummary(run)).toMatchInlineSnapshot(`
    "       ok  changed  elapsed  spent on
    node1   1        2     14 s  gate 9.4 s, applying 3.1 s, waiting 0.9 s

    Done in 12 s: 2 tasks changed on 1 host"
  `);
});

test('of many hosts those that came to the same share a row, with the time of the slowest', () => {
  const hosts = Array.from({ length: 300 }, (_, index) =>
    index === 7
      ? summary('node8', { unreachable: true, elapsedMs: 10_000 })
      : summary(`node${index + 1}`, { ok: 9, elapsedMs: 1000 + index }),
  );
  expect(formatSummary(result(hosts, { failures: [NO_ANSWER] }))).toMatchInlineSnapshot(`
    "                 ok  unreachable      elapsed
    node[1-7,9-300]   9            0  up to 1.3 s
    node8             0            1         10 s

    ✖ The host does not answer
      where  node3 (192.0.2.13)
      fix    Look whether it is up: ssh root@192.0.2.13

    Failed after 12 s: 1 failure; node8 was unreachable; nothing was changed"
  `);
});

test('a run that did not do all says which tasks were done, and which were not', () => {
  const [sysctl, conf, pod] = ['sysctl a', '/etc/keepalived/keepalived.conf', 'pod'] as const;
  const hosts = [
    summary('node1', { changed: 3, done: [sysctl, conf, pod], left: [] }),
    summary('node2', { changed: 1, pending: 2, done: [sysctl], left: [conf, pod] }),
    summary('node3', { pending: 3, done: [], left: [sysctl, conf, pod] }),
    summary('node4', { pending: 3, done: [], left: [sysctl, conf, pod] }),
    summary('node5', { pending: 1, done: [], left: [conf] }),
  ];
  const run = result(hosts, { interrupted: true, undone: ['node5'] });
  expect(formatSummary(run)).toMatchInlineSnapshot(`
    "       changed  not done  elapsed
    node1        3         0    2.1 s
    node2        1         2    2.1 s
    node3        0         3    2.1 s
    node4        0         3    2.1 s
    node5        0         1    2.1 s

    done      node1      sysctl a, /etc/keepalived/keepalived.conf, pod
              node2      sysctl a
    not done  node2      /etc/keepalived/keepalived.conf, pod
              node[3-4]  sysctl a, /etc/keepalived/keepalived.conf, pod
              node5      /etc/keepalived/keepalived.conf
    undone    node5

    Interrupted after 12 s: 4 tasks changed on 2 of 5 hosts; node5 was undone; node2 was done in part; node3 and node4 were not done"
  `);
});

test('columns that are zero for every host are left out', () => {
  const run = result([summary('node1', { ok: 9 }), summary('node2', { ok: 9 })]);
  expect(formatSummary(run)).toMatchInlineSnapshot(`
    "       ok  elapsed
    node1   9    2.1 s
    node2   9    2.1 s

    Nothing to do: both hosts are as they should be"
  `);
});

test('a verify has no tasks to count', () => {
  expect(formatSummary(result([summary('node1')], { mode: 'verify' }))).toMatchInlineSnapshot(
    `"Verified in 12 s: every check passed"`,
  );
});

const OK = [summary('node1', { ok: 2 }), summary('node2', { ok: 2 }), summary('node3', { ok: 2 })];
const SOME = [summary('node1', { changed: 2 }), summary('node2', { ok: 2 })];
const LEFT = [summary('node1', { changed: 1 }), summary('node2', { pending: 2 })];
const LOCAL = summary('localhost', { ok: 1 });

test.for<[RunResult, string]>([
  [result(OK), 'Nothing to do: all 3 hosts are as they should be'],
  [result([LOCAL, ...OK.slice(0, 1)]), 'Nothing to do: node1 is as it should be'],
  [result(SOME), 'Done in 12 s: 2 tasks changed on 1 of 2 hosts'],
  [
    result([summary('localhost', { changed: 1 }), ...OK]),
    'Done in 12 s: 1 task changed on localhost',
  ],
  [
    result([LOCAL, ...LEFT], { interrupted: true }),
    'Interrupted after 12 s: 1 task changed on 1 of 2 hosts; node2 was not done',
  ],
  [
    result([summary('node1', { changed: 1, pending: 1 }), summary('node2', { pending: 2 })], {
      interrupted: true,
    }),
    'Interrupted after 12 s: 1 task changed on 1 of 2 hosts; node1 was done in part; node2 was not done',
  ],
  [
    result([summary('node1', { pending: 2 }), summary('node2', { pending: 2 })], {
      interrupted: true,
      undone: ['node1'],
    }),
    'Interrupted after 12 s: nothing was changed; node1 was undone; node2 was not done',
  ],
  [result(OK, { interrupted: true }), 'Interrupted after 12 s: nothing was changed'],
  [
    result([...OK, summary('node4', { pending: 1 })], { mode: 'dry-run' }),
    'Dry run: 1 to change on 1 of 4 hosts',
  ],
  [result(OK, { mode: 'dry-run' }), 'Dry run: nothing to do: all 3 hosts are as they should be'],
  [
    result([summary('node3', { unreachable: true }), ...LEFT], {
      mode: 'dry-run',
      failures: [NO_ANSWER],
    }),
    'Failed after 12 s: 1 failure; node3 was unreachable; 2 to change on 1 of 3 hosts',
  ],
  [
    result([summary('node1', { unreachable: true, pending: 2 })], { failures: [NO_ANSWER] }),
    'Failed after 12 s: 1 failure; node1 was unreachable; nothing is known to have been changed',
  ],
  [result(OK, { mode: 'verify' }), 'Verified in 12 s: every check passed'],
  [result(OK, { mode: 'verify', failures: [REJECTED] }), 'Failed after 12 s: 1 failure'],
])('%# the whole in a sentence: $1', ([run, sentence]) => {
  expect(formatTotals(run)).toBe(sentence);
});
