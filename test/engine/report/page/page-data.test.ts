import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Failure } from '#engine/model/failure.ts';
import type { PageData } from '#engine/report/page/data.ts';
import { pageData } from '#engine/report/page/page-data.ts';
import type { RunEvent } from '#engine/run/events.ts';
import { field, NO_ANSWER, plannedTask, result, runStarted, summary } from '../events.ts';
import { recorded, recordedIn } from '../recorded.ts';

/** Of a run that was recorded on a real ring: format 1 is read as long as it is that. */
function ofLab(run: string): PageData {
  return pageData(recordedIn(readFileSync(`test/fixtures/runs/${run}/events.ndjson`, 'utf8')));
}

test('a rollout that moved each VIP once is told with its gaps, and what it took its time for', () => {
  const { headline, next, duties, path, rings } = ofLab('moved');
  expect({ headline, next, path }).toMatchInlineSnapshot(`
    {
      "headline": "Done in 1 min 13 s: 6 tasks changed on 3 hosts",
      "next": [
        "Nothing is left to do.",
      ],
      "path": [
        {
          "tookMs": 23795,
          "what": "check: every VIP is held once, by the right node",
        },
        {
          "tookMs": 16725,
          "what": "node2: keepalived runs",
        },
        {
          "tookMs": 13693,
          "what": "node1: keepalived runs",
        },
        {
          "tookMs": 12685,
          "what": "node3: keepalived runs",
        },
        {
          "tookMs": 4733,
          "what": "check: every VIP that is loaded is held once, by the right node",
        },
      ],
    }
  `);
  expect(
    duties.map(({ name, gapMs, expectedMs, boundMs, verdict, holders }) => [
      name,
      `${gapMs} of ${expectedMs}, at most ${boundMs}: ${verdict}`,
      holders.map(({ host = 'nobody' }) => host).join(' → '),
    ]),
  ).toMatchInlineSnapshot(`
    [
      [
        "fd02:9a01::1",
        "406 of 500, at most 3414: expected",
        "node1 → nobody → node3 → node1",
      ],
      [
        "fd02:9a01::2",
        "410 of 500, at most 3414: expected",
        "node2 → nobody → node1 → node2",
      ],
      [
        "fd02:9a01::3",
        "447 of 500, at most 3414: expected",
        "node3 → nobody → node2 → node3",
      ],
    ]
  `);
  expect(rings[0]?.after.filter(({ isHolder }) => isHolder).map(({ host }) => host)).toEqual([
    'node1',
    'node2',
    'node3',
  ]);
});

test('a step that failed its gate is told with what was found, and with what would have changed', () => {
  const { outcome, headline, next, failures, changes, hosts } = ofLab('failed');
  const [failure] = failures;
  expect({
    outcome,
    headline,
    next,
    failure: [failures.length, failure?.what, failure?.output[0]],
    hosts: hosts.map(({ name, state, counts }) => `${name} ${state}: ${counts}`),
    changes: changes.map(({ title, state, names }) => `${title} on ${names}: ${state}`),
  }).toMatchInlineSnapshot(`
    {
      "changes": [
        "/etc/keepalived/keepalived.conf on node[1-3]: pending",
        "/etc/kubernetes/manifests/keepalived.yaml on node[1-3]: pending",
        "keepalived runs on node[1-3]: pending",
        "keepalived has loaded its configuration on node1: pending",
        "keepalived has loaded its configuration on node2: pending",
        "keepalived has loaded its configuration on node3: pending",
      ],
      "failure": [
        1,
        "Not so: every VIP is held once, by the right node. chk_api_service on node1: expected to pass, seen failing with exit 7",
        "chk_api_service on node1: expected to pass, seen failing with exit 7",
      ],
      "headline": "Failed after 1 min 00 s: node1 failed; node1 was undone; nothing was changed; node2 and node3 were not done",
      "hosts": [
        "localhost ok: 1 ok",
        "node1 failed: 4 not done, 13 ok",
        "node2 pending: 4 not done, 13 ok",
        "node3 pending: 4 not done, 13 ok",
      ],
      "next": [
        "A check does not hold. Mend what the failure below names, then give the same command again; what was undone is as it was before.",
      ],
      "outcome": "failed",
    }
  `);
});

test('failures and changes that are the same on many hosts are told once', () => {
  const names = Array.from({ length: 30 }, (_, index) => `web${index + 1}`);
  const lost = names.map(
    (name) =>
      new Failure('The host does not answer', { kind: 'unreachable', where: name, fix: 'Try.' }),
  );
  const summaries = names.map((name) => summary(name, { unreachable: true }));
  const { failures, changes, hosts } = pageData(
    recorded([
      runStarted(names),
      ...names.map((host, index): RunEvent => {
        const after = index === 7 ? 'b\nc\n' : 'a\nc\n';
        const fields = [field('content', 'a\nb\n', after)];
        return { type: 'hostPlanned', host, stages: [[plannedTask('/etc/motd', fields)]] };
      }),
      ...names.map(
        (host, index): RunEvent => ({
          type: 'hostUnreachable',
          host,
          failure: lost[index] ?? NO_ANSWER,
        }),
      ),
      { type: 'runFinished', result: result(summaries, { failures: lost }) },
    ]),
  );
  expect(failures.map(({ what, places, fix }) => [what, places.length, fix])).toEqual([
    ['The host does not answer', 30, 'Try.'],
  ]);
  expect(changes.map(({ names: on, lines }) => [on, lines])).toMatchInlineSnapshot(`
    [
      [
        "web[1-7,9-30]",
        [
          "--- /etc/motd",
          "+++ /etc/motd",
          "@@ -1,2 +1,2 @@",
          " a",
          "-b",
          "+c",
        ],
      ],
      [
        "web8",
        [
          "--- /etc/motd",
          "+++ /etc/motd",
          "@@ -1,2 +1,2 @@",
          "-a",
          " b",
          "+c",
        ],
      ],
    ]
  `);
  expect(new Set(hosts.map(({ state }) => state))).toEqual(new Set(['unreachable']));
});

test('of what tasks print the last lines are told, as a terminal would show them, while there is room', () => {
  const printed = (host: string, task: string, lines: readonly string[]): readonly RunEvent[] => [
    { type: 'taskStarted', host, task },
    ...lines.map((line): RunEvent => ({ type: 'taskOutput', host, task, line })),
    { type: 'taskFailed', host, task, failure: NO_ANSWER },
  ];
  const long: readonly string[] = Array(50).fill('x'.repeat(30_000));
  const floods = Array.from({ length: 10 }, (_, index) => `flood ${index}`);
  const many = Array.from({ length: 130 }, (_, index) => `line ${index + 1}`);
  const { hosts } = pageData(
    recorded([
      runStarted(['node1', 'node2']),
      ...printed('node1', 'progress', ['1 %\r\u001b[2K2 %\r\n', '', 'done']),
      ...printed('node1', 'build', many),
      ...floods.flatMap((flood) => printed('node2', flood, [...long, ...long])),
      ...printed('node2', 'wide', long.slice(0, 1)),
      ...printed('node2', 'late', ['one', 'two']),
    ]),
  );
  const told = hosts.flatMap(({ tasks }) => tasks.map(({ title, output }) => [title, output]));
  expect(told).toEqual([
    ['progress', ['2 %', '', 'done']],
    ['build', ['… 30 more before these', ...many.slice(30)]],
    ...floods.slice(0, -1).map((flood) => [flood, [...long, ...long]]),
    [floods.at(-1), ['100 lines, not shown here']],
    ['wide', long.slice(0, 1)],
    ['late', ['one', 'two']],
  ]);
});
