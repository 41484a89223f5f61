import type { Finding } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import type { FieldChange, Scalar } from '#engine/model/state.ts';
import type { PlannedTask } from '#engine/model/task.ts';
import type { HostSummary, Mode, RunEvent, RunResult } from '#engine/run/events.ts';

export function runStarted(hosts: readonly string[], mode: Mode = 'apply'): RunEvent {
  return { type: 'runStarted', runId: '20261124-1', playbook: 'keepalived', mode, hosts };
}

/** A host that was looked at, and what was planned for it: per task, whether it differs. */
export function planned(host: string, tasks: Readonly<Record<string, boolean>>): RunEvent[] {
  const stage = Object.entries(tasks).map(([title, differs]) =>
    plannedTask(title, differs ? [{ name: 'value', before: '0', after: '1' }] : []),
  );
  return [
    { type: 'hostStarted', host },
    { type: 'hostConnected', host, elapsedMs: 120 },
    { type: 'hostPlanned', host, stages: [stage] },
  ];
}

export function plannedTask(title: string, fields: readonly FieldChange[]): PlannedTask {
  return { title, fields, commands: [] };
}

export function field(name: string, before: Scalar | undefined, after: Scalar): FieldChange {
  return { name, before, after };
}

/** A task from its start to the state that it was read again in. */
export function changed(host: string, task: string): RunEvent[] {
  return [
    { type: 'taskStarted', host, task },
    { type: 'taskOutput', host, task, line: 'working\r\u001b[2Kworking still' },
    { type: 'taskApplied', host, task, elapsedMs: 300 },
    { type: 'taskChanged', host, task },
  ];
}

export const VIP_1: Finding = { what: 'VIP 1', expected: 'on node1', seen: 'on node2' };

export function waiting(
  elapsedMs: number,
  { host, findings = [VIP_1], goodSamples = 0 }: Partial<Waiting> = {},
): RunEvent {
  const about = { check: 'every VIP is held once', ...(host === undefined ? {} : { host }) };
  return { type: 'checkWaiting', ...about, findings, goodSamples, elapsedMs, deadlineMs: 60_000 };
}

type Waiting = Extract<RunEvent, { type: 'checkWaiting' }>;

export const REJECTED = new Failure('The new configuration was rejected by its check', {
  where: 'playbooks/deploy.ts › /etc/keepalived/keepalived.conf › node2',
  ran: 'keepalived --config-test -f … → exit 5',
  output: '(line 14) virtual_router_id 300 not in range 1-255\n',
  fix: 'Set vrid in inventory/prod.yaml:21 to 1–255. The running configuration was not touched.',
});

export const NO_ANSWER = new Failure('The host does not answer', {
  kind: 'unreachable',
  where: 'node3 (192.0.2.13)',
  fix: 'Look whether it is up: ssh root@192.0.2.13',
});

export function summary(host: string, counts: Partial<HostSummary> = {}): HostSummary {
  return {
    host,
    ok: 0,
    changed: 0,
    failed: 0,
    pending: 0,
    unreachable: false,
    elapsedMs: 2100,
    ...counts,
  };
}

export function result(hosts: readonly HostSummary[], more: Partial<RunResult> = {}): RunResult {
  return {
    runId: '20261124-1',
    mode: 'apply',
    hosts,
    failures: [],
    interrupted: false,
    elapsedMs: 12_300,
    ...more,
  };
}
