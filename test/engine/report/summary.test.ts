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
    'Dry run: 1 of 4 hosts would change',
  ],
  [result(OK, { mode: 'dry-run' }), 'Dry run: nothing to do: all 3 hosts are as they should be'],
  [
    result([summary('node3', { unreachable: true }), ...LEFT], {
      mode: 'dry-run',
      failures: [NO_ANSWER],
    }),
    'Failed after 12 s: 1 failure; node3 was unreachable; 1 of 3 hosts would change',
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
