import { describe, expect, test } from 'vitest';
import { Failure } from '#engine/model/failure.ts';
import { listrReport } from '#engine/report/listr.ts';
import { noPaint } from '#engine/report/paint.ts';
import { formatPlans } from '#engine/report/plan.ts';
import { Progress } from '#engine/report/progress.ts';
import { screen } from '#engine/report/screen.ts';
import { formatSummary } from '#engine/report/summary.ts';
import { wrapText } from '#engine/report/words.ts';
import type { HostSummary, RunEvent, RunResult } from '#engine/run/events.ts';
import { Emulator } from './emulator.ts';
import { changed, field, planned, plannedTask, result, runStarted, summary } from './events.ts';

const CONF = '/etc/keepalived/keepalived.conf';
const RUNS = 'keepalived has loaded its configuration';
const TASKS = { 'sysctl net.ipv6.ip_nonlocal_bind': false, [CONF]: true, [RUNS]: true };
const GATE = 'every VIP is held once, by the right node';

/** How a run of so many hosts looks in so many columns. */
class Recorded {
  readonly hosts: readonly string[];
  readonly columns: number;

  constructor(count: number, columns: number) {
    this.hosts = Array.from({ length: count }, (_, index) => `node${index + 1}`);
    this.columns = columns;
  }

  /** The first is done, and the gate of the second waits. */
  get atWork(): readonly RunEvent[] {
    return [
      runStarted(this.hosts),
      ...this.hosts.flatMap((host) => planned(host, TASKS)),
      ...this.hosts.map((host): RunEvent => ({ type: 'hostQueued', host })),
      ...step('node1'),
      { type: 'checkPassed', check: GATE, host: 'node1', elapsedMs: 9400 },
      ...step('node2'),
      gate({ findings: [FINDING], elapsedMs: 17_000 }),
    ];
  }

  /** A frame of it, cut off at the right as listr2 does. */
  async frame(): Promise<string> {
    const emulator = new Emulator(this.columns);
    const progress = new Progress();
    for (const event of this.atWork) progress.onEvent(event, 0);
    const options = { now: 2000, paint: noPaint, height: emulator.rows - 1, columns: this.columns };
    emulator.write(`\u001b[?7l${screen(progress, options).join('\n')}\n`);
    return await emulator.text();
  }

  /** What stays of a run on the terminal, with its summary. */
  async end(events: readonly RunEvent[], run: RunResult): Promise<string> {
    const emulator = new Emulator(this.columns);
    const report = listrReport(emulator.streams);
    const finished = run.hosts.map((one): RunEvent => ({ type: 'hostFinished', summary: one }));
    const last: RunEvent = { type: 'runFinished', result: run };
    for (const event of [...events, ...finished, last]) report.onEvent(event);
    await report.end();
    emulator.write(`${wrapText(formatSummary(run, noPaint, this.columns), this.columns)}\n`);
    return await emulator.text();
  }

  async failedGate(): Promise<string> {
    const events: readonly RunEvent[] = [
      ...this.atWork,
      {
        type: 'checkFailed',
        check: GATE,
        host: 'node2',
        findings: [FINDING],
        explanation: [],
        failure: NOT_SO,
      },
      { type: 'hostFailed', host: 'node2', failure: NOT_SO },
      ...undo('node2'),
      { type: 'checkPassed', check: `${GATE}, after the undo`, host: 'node2', elapsedMs: 4200 },
    ];
    const hosts = this.summaries({ failed: 1, done: [], left: [CONF, RUNS] });
    return await this.end(events, result(hosts, { failures: [NOT_SO], undone: ['node2'] }));
  }

  async interrupted(): Promise<string> {
    const events: readonly RunEvent[] = [...this.atWork, { type: 'interrupted' }, ...undo('node2')];
    const hosts = this.summaries({ done: [], left: [CONF, RUNS] });
    return await this.end(events, result(hosts, { interrupted: true, undone: ['node2'] }));
  }

  async dryRun(): Promise<string> {
    const emulator = new Emulator(this.columns);
    const equal = plannedTask('sysctl net.ipv6.ip_nonlocal_bind', [field('value', '0', '1')]);
    const own = (index: number) =>
      plannedTask(CONF, [field('body', 'priority 50\n', `priority ${200 - 50 * index}\n`)]);
    const plans = this.hosts.map((host, index) => ({
      host,
      stages: [[equal, ...(index < 3 ? [own(index)] : [])]],
    }));
    const hosts = plans.map(({ host, stages: [stage = []] }) =>
      summary(host, { ok: 3, pending: stage.length }),
    );
    const run = wrapText(
      formatSummary(result(hosts, { mode: 'dry-run' }), noPaint, this.columns),
      this.columns,
    );
    emulator.write(`${formatPlans(plans)}\n\n${run}\n`);
    return await emulator.text();
  }

  /** The first is done, the second is as it is said, and the others wait. */
  private summaries(second: Partial<HostSummary>): readonly HostSummary[] {
    return this.hosts.map((host, index) => {
      if (index === 0)
        return summary(host, {
          ok: 1,
          changed: 2,
          elapsedMs: 12_800,
          spent: spent(9400),
          done: [CONF, RUNS],
          left: [],
        });
      if (index === 1)
        return summary(host, {
          ok: 1,
          pending: 2,
          elapsedMs: 48_000,
          spent: spent(31_000),
          ...second,
        });
      return summary(host, { ok: 1, pending: 2, elapsedMs: 400, done: [], left: [CONF, RUNS] });
    });
  }
}

function step(host: string): readonly RunEvent[] {
  return [CONF, RUNS].flatMap((task) => changed(host, task));
}

function undo(host: string): readonly RunEvent[] {
  return [
    { type: 'undoStarted', host },
    { type: 'undone', host },
  ];
}

const FINDING = {
  what: 'VIP fd02:9a01::2',
  expected: 'held by node2',
  seen: 'held by nobody',
};

function gate(
  more: Pick<Extract<RunEvent, { type: 'checkWaiting' }>, 'findings' | 'elapsedMs'>,
): RunEvent {
  return {
    type: 'checkWaiting',
    check: GATE,
    host: 'node2',
    goodSamples: 0,
    deadlineMs: 39_000,
    ...more,
  };
}

const NOT_SO = new Failure(
  `Not so: ${GATE}. VIP fd02:9a01::2: expected held by node2, seen held by nobody`,
  {
    kind: 'check',
    where: 'after the change of node2',
    output: 'node2 log: Sun Nov 29 14:09:54 2026: (VI_2) Entering FAULT STATE\n',
  },
);

function spent(ms: number) {
  return [
    { on: 'connecting', elapsedMs: 300 },
    { on: 'applying', elapsedMs: 3100 },
    { on: 'gate', elapsedMs: ms },
  ] as const;
}

describe.for([3, 300])('a run of %d hosts', (count) => {
  test.for([40, 80, 200])('is told in %d columns, as it was recorded', async (columns) => {
    const run = new Recorded(count, columns);
    const screens = {
      'at work': await run.frame(),
      'a gate failed': await run.failedGate(),
      interrupted: await run.interrupted(),
      'a dry run': await run.dryRun(),
    };
    const text = Object.entries(screens).map(([title, shown]) => `── ${title}\n${shown}`);
    await expect(text.join('\n')).toMatchFileSnapshot(
      `screens/${count}-hosts-${columns}-columns.txt`,
    );
  });
});
