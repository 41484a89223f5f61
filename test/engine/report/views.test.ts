import { XMLParser, XMLValidator } from 'fast-xml-parser';
import parsePrometheus from 'parse-prometheus-text-format';
import { expect, test } from 'vitest';
import { Failure, failuresOf } from '#engine/model/failure.ts';
import { exitCodeOf } from '#engine/report/exit-code.ts';
import { formatFailures } from '#engine/report/failure.ts';
import { githubAnnotations } from '#engine/report/github.ts';
import { junitReport } from '#engine/report/junit.ts';
import { markdownReport } from '#engine/report/markdown.ts';
import { mergeRuns } from '#engine/report/merge-runs.ts';
import { metricsReport } from '#engine/report/metrics.ts';
import type { HostSummary, RunEvent } from '#engine/run/events.ts';
import { changed, NO_ANSWER, planned, REJECTED, result, runStarted, summary } from './events.ts';
import { recorded } from './recorded.ts';

const HOSTILE = 'a"<b>&\u0000\u001b[2J]]>\'`|\n# x';
const HOSTS = [
  summary('node1', { ok: 1, changed: 1 }),
  summary('node2', { failed: 1, pending: 1 }),
  summary('node3', { unreachable: true }),
];
const FAILED: readonly RunEvent[] = [
  runStarted(['node1', 'node2', 'node3']),
  ...planned('node1', { [HOSTILE]: true, same: false }),
  ...planned('node2', { config: true, later: true }),
  { type: 'hostUnreachable', host: 'node3', failure: NO_ANSWER },
  ...changed('node1', HOSTILE),
  { type: 'checkPassed', check: 'every VIP is held once', host: 'node1', elapsedMs: 1500 },
  { type: 'taskFailed', host: 'node2', task: 'config', failure: REJECTED },
  ...HOSTS.map((one): RunEvent => ({ type: 'hostFinished', summary: one })),
  { type: 'runFinished', result: result(HOSTS, { failures: [NO_ANSWER, REJECTED] }) },
];

test('JUnit has a case per task and check, and hostile text stays text', () => {
  const xml = junitReport(recorded(FAILED));
  expect(XMLValidator.validate(xml)).toBe(true);
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' });
  const { testsuites } = parser.parse(xml);
  const told = testsuites.testsuite.map(
    ({ name, tests, failures, errors, skipped, testcase }: Record<string, unknown>) => ({
      name,
      counts: [tests, failures, errors, skipped].join(' '),
      cases: [testcase].flat().map((one) => {
        const { name: title, failure, error, skipped: left } = one as Record<string, never>;
        return [title, (failure ?? error ?? left)?.['message'] ?? 'passed'];
      }),
    }),
  );
  expect(told).toMatchInlineSnapshot(`
    [
      {
        "cases": [
          [
            "a"<b>&\\x00\\x1b[2J]]>'\`|\\n# x",
            "passed",
          ],
          [
            "same",
            "passed",
          ],
        ],
        "counts": "2 0 0 0",
        "name": "node1",
      },
      {
        "cases": [
          [
            "config",
            "The new configuration was rejected by its check",
          ],
          [
            "later",
            "not done",
          ],
        ],
        "counts": "2 1 0 1",
        "name": "node2",
      },
      {
        "cases": [
          [
            "host",
            "The host does not answer",
          ],
        ],
        "counts": "1 0 1 0",
        "name": "node3",
      },
      {
        "cases": [
          [
            "every VIP is held once, after node1",
            "passed",
          ],
        ],
        "counts": "1 0 0 0",
        "name": "checks",
      },
    ]
  `);
});

test('metrics are read by a parser of Prometheus’ text format', () => {
  const families = parsePrometheus(metricsReport(recorded(FAILED)));
  expect(
    families.map(({ name, metrics }) => [
      name,
      metrics.map(({ value, labels }) =>
        `${labels?.['host'] ?? ''} ${labels?.['state'] ?? ''} ${value}`.trim(),
      ),
    ]),
  ).toMatchInlineSnapshot(`
    [
      [
        "rota_run_started_seconds",
        [
          "1795514400",
        ],
      ],
      [
        "rota_run_duration_seconds",
        [
          "12.3",
        ],
      ],
      [
        "rota_run_finished",
        [
          "1",
        ],
      ],
      [
        "rota_run_exit_code",
        [
          "4",
        ],
      ],
      [
        "rota_host_tasks",
        [
          "node1 ok 1",
          "node1 changed 1",
          "node1 failed 0",
          "node1 pending 0",
          "node2 ok 0",
          "node2 changed 0",
          "node2 failed 1",
          "node2 pending 1",
          "node3 ok 0",
          "node3 changed 0",
          "node3 failed 0",
          "node3 pending 0",
        ],
      ],
      [
        "rota_host_reachable",
        [
          "node1  1",
          "node2  1",
          "node3  0",
        ],
      ],
    ]
  `);
});

test('metrics have the names of hosts as they are, whatever is in them', () => {
  const names = [
    HOSTILE,
    'a\\',
    'a\\n',
    'b"} 1\nrota_run_exit_code{x="',
    '{}#, =',
    'ü\u2028\ud83d\ude00',
  ];
  const hosts = names.map((name) => summary(name, { ok: 3 }));
  const events = [
    runStarted(names),
    ...hosts.map((one): RunEvent => ({ type: 'hostFinished', summary: one })),
    { type: 'runFinished', result: result(hosts, {}) } as const,
  ];
  const families = parsePrometheus(metricsReport(recorded(events)));
  const reachable = families.find(({ name }) => name === 'rota_host_reachable');
  expect(reachable?.metrics.map(({ labels }) => labels?.['host'])).toEqual(names);
  expect(families.map(({ metrics }) => metrics.length)).toEqual([1, 1, 1, 1, 24, 6]);
});

test('Markdown shows how the run came out, and equal changes once', () => {
  const same = ['node1', 'node2'].flatMap((host) => [
    ...planned(host, { config: true }),
    ...changed(host, 'config'),
  ]);
  const hosts = ['node1', 'node2'].map((host) => summary(host, { changed: 1 }));
  const end: RunEvent = { type: 'runFinished', result: result(hosts) };
  const finished = hosts.map((one): RunEvent => ({ type: 'hostFinished', summary: one }));
  const run = recorded([runStarted(['node1', 'node2']), ...same, ...finished, end]);
  expect(markdownReport(run)).toMatchInlineSnapshot(`
    "## ✅ keepalived on inventory/prod.yaml

    Done in 12 s: 2 tasks changed on 2 hosts. Run 20261124-1 of ada&#64;desk, 2026-11-24T10:00:00Z.

    | host | ok | changed | failed | not done | | elapsed |
    | --- | --- | --- | --- | --- | --- | --- |
    | node1 | 0 | 1 | 0 | 0 |  | 2.1 s |
    | node2 | 0 | 1 | 0 | 0 |  | 2.1 s |

    <details><summary>node&#91;1-2&#93;</summary>

    \`\`\`diff
    config
      value: 0 → 1
    \`\`\`

    </details>
    "
  `);
  const hostile = markdownReport(recorded(FAILED));
  expect(hostile).toContain('❌');
  expect(hostile).toContain(
    ['```diff', 'a"<b>&\\x00\\x1b[2J]]>\'`|\\n# x', '  value: 0 → 1', '```'].join('\n'),
  );
});

test('a run that died is no success in any view', () => {
  const died = recorded(FAILED.slice(0, 5));
  const merged = mergeRuns([died]);
  expect([
    markdownReport(died).split('\n').slice(0, 3).join(' '),
    junitReport(died).includes('errors="1"'),
    metricsReport(died)
      .match(/^rota_run_finished.*$/m)?.[0]
      .at(-1),
    exitCodeOf(merged.result),
  ]).toMatchInlineSnapshot(`
    [
      "## ❌ keepalived on inventory/prod.yaml  No end yet: it still runs, or died after 4.0 s. Run 20261124-1 of ada&#64;desk, 2026-11-24T10:00:00Z.",
      true,
      "0",
      1,
    ]
  `);
});

test('runs of parts are one run with the worst exit code', () => {
  const good: readonly RunEvent[] = [
    runStarted(['node4']),
    ...planned('node4', { one: false }),
    { type: 'hostFinished', summary: summary('node4', { ok: 1 }) },
    { type: 'runFinished', result: result([summary('node4', { ok: 1 })]) },
  ];
  const merged = mergeRuns([recorded(good), recorded(FAILED)]);
  expect(merged.hosts.map(({ host }) => host)).toEqual(['node4', 'node1', 'node2', 'node3']);
  expect(exitCodeOf(merged.result)).toBe(4);
});

test('a slice that was run again counts once, and one of other hosts that --limit has left beside it', () => {
  const events = (host: string, failed: number): readonly RunEvent[] => [
    runStarted([host]),
    { type: 'hostFinished', summary: summary(host, { failed }) },
    { type: 'runFinished', result: result([summary(host, { failed })]) },
  ];
  const run = (second: number, host: string, failed: number) => ({
    ...recorded(events(host, failed)),
    slice: '1/2',
    started: `2026-11-24T10:00:0${second}.000Z`,
  });
  const [first, again, elsewhere] = [run(1, 'a1', 1), run(2, 'a1', 0), run(3, 'b1', 0)];
  const codeOf = (...runs: (typeof first)[]) => exitCodeOf(mergeRuns(runs).result);
  expect([codeOf(first, again), codeOf(first, elsewhere)]).toEqual([0, 1]);
});

test('of runs of the same hosts the last counts if it has all their tasks, and else they are refused', () => {
  const run = (second: number, tasks: Readonly<Record<string, boolean>>, failed = 0) => {
    const hosts = [summary('node1', { failed, ok: 1 })];
    const failures = failed > 0 ? [REJECTED] : [];
    const events = [
      runStarted(['node1']),
      ...planned('node1', tasks),
      { type: 'runFinished', result: result(hosts, { failures }) } as const,
    ];
    const started = `2026-11-24T10:00:0${second}.000Z`;
    return { ...recorded(events), runId: `run-${second}`, started };
  };
  const [failing, again, part] = [
    run(1, { one: true, two: false }, 1),
    run(2, { one: false, two: false }),
    run(3, { two: false }),
  ];
  const merged = mergeRuns([failing, again]);
  expect([merged.runId, exitCodeOf(merged.result), merged.failures]).toEqual(['run-2', 0, []]);
  let refused: unknown;
  try {
    mergeRuns([again, part, { ...again, runId: 'run-4', inventory: ['other.yaml'] }]);
  } catch (error) {
    refused = error;
  }
  expect(formatFailures(failuresOf(refused))).toMatchInlineSnapshot(`
    "✖ The runs have hosts in common
      where  run-2 and run-4
             node1
      fix    Report each by itself, such as a deploy and a verify. One counts no more where a later one of the same playbook, mode and inventory has all its hosts and tasks.

    ✖ The runs have hosts in common
      where  run-2 and run-3
             node1
      fix    Report each by itself, such as a deploy and a verify. One counts no more where a later one of the same playbook, mode and inventory has all its hosts and tasks.

    ✖ The runs have hosts in common
      where  run-4 and run-3
             node1
      fix    Report each by itself, such as a deploy and a verify. One counts no more where a later one of the same playbook, mode and inventory has all its hosts and tasks."
  `);
});

test('a later run that failed before it planned a host counts, however the inventory is spelled', () => {
  const ofHosts = (second: number, ...events: readonly RunEvent[]) => ({
    ...recorded([runStarted(['node1', 'node2']), ...events]),
    runId: `run-${second}`,
    started: `2026-11-24T10:00:0${second}.000Z`,
  });
  const both = ['node1', 'node2'].flatMap((host) => planned(host, { one: false }));
  const ended = (result_: ReturnType<typeof result>) =>
    ({ type: 'runFinished', result: result_ }) as const;
  const failed = ofHosts(1, ...both, ended(result([], { failures: [REJECTED] })));
  const unreachable = ofHosts(
    2,
    ...planned('node1', { one: false }),
    { type: 'hostUnreachable', host: 'node2', failure: NO_ANSWER },
    ended(result([summary('node2', { unreachable: true })], { failures: [NO_ANSWER] })),
  );
  const died = { ...ofHosts(3), inventory: ['./inventory/prod.yaml'] };
  const without = ofHosts(4, ...planned('node1', { one: false }), ended(result([])));
  const countedOf = (...runs: (typeof failed)[]) => {
    const merged = mergeRuns(runs);
    return [merged.runId, merged.failures.map(({ message }) => message)];
  };
  expect(countedOf(failed, unreachable)).toEqual(['run-2', [NO_ANSWER.message]]);
  expect(countedOf(failed, died)).toEqual(['run-3', ['A run died']]);
  expect(() => countedOf(failed, without)).toThrow('The runs have hosts in common');
});

test('what runs of parts have each done on the control machine is one row', () => {
  const part = (host: string, elapsedMs: number, names: Partial<HostSummary> = {}) => {
    const local = summary('localhost', { changed: 1, elapsedMs, ...names });
    const hosts = [local, summary(host, { ok: 1 })];
    return recorded([
      runStarted(['localhost', host]),
      ...planned('localhost', { [`build for ${host}`]: true }),
      ...planned(host, { one: false }),
      ...hosts.map((one): RunEvent => ({ type: 'hostFinished', summary: one })),
      { type: 'runFinished', result: result(hosts) },
    ]);
  };
  const [a1, b1] = [
    part('a1', 900, {
      done: ['build for a1'],
      left: ['push'],
      spent: [{ on: 'applying', elapsedMs: 900 }],
    }),
    part('b1', 800),
  ];
  const { hosts, result: end } = mergeRuns([a1, b1]);
  expect(hosts.map(({ host, tasks }) => [host, tasks.map(({ task }) => task)])).toEqual([
    ['localhost', ['build for a1', 'build for b1']],
    ['a1', ['one']],
    ['b1', ['one']],
  ]);
  expect(end.hosts).toEqual([
    summary('localhost', {
      changed: 2,
      elapsedMs: 900,
      spent: [{ on: 'applying', elapsedMs: 900 }],
      done: ['build for a1'],
      left: ['push'],
    }),
    summary('a1', { ok: 1 }),
    summary('b1', { ok: 1 }),
  ]);
});

test('a host of the inventory that is named localhost is one like any other', () => {
  const run = recorded([
    runStarted(['localhost']),
    ...planned('localhost', { one: false }),
    { type: 'runFinished', result: result([summary('localhost', { ok: 1 })]) },
  ]);
  const other = { ...run, inventory: ['other.yaml'] };
  expect(() => mergeRuns([run, other])).toThrow('The runs have hosts in common');
});

test('GitHub gets failures as commands that no text can end', () => {
  const wrong = new Failure('There is no such, or: a %0A host', {
    where: 'inventory/prod.yaml:14:7',
    fix: 'Mend\n::error::it',
  });
  expect(githubAnnotations([wrong, NO_ANSWER])).toMatchInlineSnapshot(`
    "::error file=inventory/prod.yaml,line=14,col=7,title=There is no such%2C or%3A a %250A host::inventory/prod.yaml:14:7%0AMend%0A::error::it
    ::error title=The host does not answer::node3 (192.0.2.13)%0ALook whether it is up: ssh root@192.0.2.13
    "
  `);
});

test('Markdown of very many hosts leaves out their table, and says still what failed', () => {
  const hosts = Array.from({ length: 2000 }, (_, index) => summary(`web${index}.example`, {}));
  const text = markdownReport(
    recorded([
      runStarted(hosts.map(({ host }) => host)),
      ...hosts.map((one): RunEvent => ({ type: 'hostFinished', summary: one })),
      { type: 'runFinished', result: result(hosts, { failures: [REJECTED] }) },
    ]),
  );
  expect(text).toContain(REJECTED.message);
  expect(text.trimEnd().split('\n').at(-1)).toBe('… and 1 more, too long to show here');
});

test('metrics of runs of the same host tell of it once, as the later one does', () => {
  const runOf = (ok: number) => {
    const hosts = [summary('node1', { ok })];
    return recorded([
      runStarted(['node1']),
      ...hosts.map((one): RunEvent => ({ type: 'hostFinished', summary: one })),
      { type: 'runFinished', result: result(hosts, {}) },
    ]);
  };
  const later = { ...runOf(2), started: '2099-01-01T00:00:00.000Z' };
  const lines = metricsReport(mergeRuns([later, runOf(1)])).split('\n');
  expect(lines.filter((line) => line.includes('state="ok"'))).toEqual([
    expect.stringMatching(/ 2$/),
  ]);
});
