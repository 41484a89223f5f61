import type { Finding } from '#engine/model/check.ts';
import type { Failure } from '#engine/model/failure.ts';
import type { HostSummary, Mode, RunEvent } from '../run/events.ts';
import type { StagePlan } from '../run/plan.ts';
import { formatRunTitle } from './run-words.ts';

/** More than are ever shown of what a running task prints. */
const LIVE_LINES = 5;

export interface HostProgress {
  readonly name: string;
  phase: 'waiting' | 'connecting' | 'reading' | 'answered' | 'planned' | 'queued' | 'working';
  startedAt: number;
  /** How many tasks there are, as far as is known. */
  tasks: number;
  /** The tasks that are still to be changed. */
  readonly toChange: Set<string>;
  readonly settled: Set<string>;
  readonly changed: string[];
  running?:
    | { readonly task: string; readonly startedAt: number; lines: readonly string[] }
    | undefined;
  /** Why it failed, with the task if it was one. */
  failed?: { readonly task?: string; readonly failure: Failure };
  summary?: HostSummary;
}

export interface CheckProgress {
  readonly title: string;
  readonly host: string | undefined;
  state: 'waiting' | 'passed' | 'failed';
  findings: readonly Finding[];
  goodSamples: number;
  elapsedMs: number;
  deadlineMs: number;
  /** When it was last heard of. */
  at: number;
  failure?: Failure;
}

type CheckEvent = Extract<RunEvent, { type: 'checkWaiting' | 'checkPassed' | 'checkFailed' }>;
type HostEvent = Exclude<Extract<RunEvent, { readonly host: string }>, CheckEvent>;

/** Hosts are all looked at before anything else happens; one that nothing is planned for says no more. */
const AFTER_THE_LOOK: ReadonlySet<RunEvent['type']> = new Set([
  'taskStarted',
  'hostQueued',
  'checkWaiting',
  'checkPassed',
  'checkFailed',
]);

/** How far a run is, folded from its events; times are on the clock of the one who shows it. */
export class Progress {
  title = '';
  mode: Mode = 'apply';
  interrupted = false;
  readonly hosts = new Map<string, HostProgress>();
  readonly checks = new Map<string, CheckProgress>();

  onEvent(event: RunEvent, now: number): void {
    if (AFTER_THE_LOOK.has(event.type)) this.#endLook();
    switch (event.type) {
      case 'runStarted':
        this.title = formatRunTitle(event);
        this.mode = event.mode;
        for (const host of event.hosts) this.#host(host, now);
        return;
      case 'interrupted':
        this.interrupted = true;
        return;
      case 'runFinished':
        return;
      case 'hostFinished': {
        const host = this.#host(event.summary.host, now);
        Object.assign(host, { summary: event.summary, running: undefined });
        return;
      }
      case 'checkWaiting':
      case 'checkPassed':
      case 'checkFailed':
        this.#onCheck(event, now);
        return;
      default:
        onHostEvent(this.#host(event.host, now), event, now);
    }
  }

  /** The checks that are about this host; those that are about none of the run for undefined. */
  checksOf(name: string | undefined): readonly CheckProgress[] {
    const isAlone = ({ host }: CheckProgress) => host === undefined || !this.hosts.has(host);
    const checks = [...this.checks.values()];
    return checks.filter((check) => (name === undefined ? isAlone(check) : check.host === name));
  }

  /** Those of them that wait, or that failed. */
  openChecksOf(name: string | undefined): readonly CheckProgress[] {
    return this.checksOf(name).filter(({ state }) => state !== 'passed');
  }

  #endLook(): void {
    for (const host of this.hosts.values()) if (host.phase === 'reading') host.phase = 'answered';
  }

  #host(name: string, now: number): HostProgress {
    const known = this.hosts.get(name);
    if (known !== undefined) return known;
    const counts = {
      tasks: 0,
      toChange: new Set<string>(),
      settled: new Set<string>(),
      changed: [],
    };
    const host: HostProgress = { name, phase: 'waiting', startedAt: now, ...counts };
    this.hosts.set(name, host);
    return host;
  }

  #onCheck(event: CheckEvent, at: number): void {
    const key = JSON.stringify([event.host, event.check]);
    const { check: title, host } = event;
    const start = { findings: [], goodSamples: 0, elapsedMs: 0, deadlineMs: 0 };
    const before = this.checks.get(key) ?? start;
    switch (event.type) {
      case 'checkWaiting':
        this.checks.set(key, { ...event, title, host, state: 'waiting', at });
        return;
      case 'checkPassed':
        this.checks.set(key, { ...before, ...event, title, host, state: 'passed', at });
        return;
      case 'checkFailed':
        this.checks.set(key, { ...before, ...event, title, host, state: 'failed', at });
    }
  }
}

function onHostEvent(host: HostProgress, event: HostEvent, now: number): void {
  switch (event.type) {
    case 'hostStarted':
      Object.assign(host, { phase: 'connecting', startedAt: now });
      return;
    case 'hostConnected':
      host.phase = 'reading';
      return;
    case 'hostPlanned':
      plan(host, event.stages.flat());
      return;
    case 'hostQueued':
      host.phase = 'queued';
      return;
    case 'hostUnreachable':
    case 'hostFailed':
      host.failed ??= { failure: event.failure };
      return;
    default:
      onTaskEvent(host, event, now);
  }
}

function plan(host: HostProgress, tasks: StagePlan): void {
  host.tasks = tasks.length;
  host.toChange.clear();
  for (const { title, fields } of tasks) if (fields.length > 0) host.toChange.add(title);
  if (host.phase === 'reading' || host.phase === 'answered') host.phase = 'planned';
}

type TaskEvent = Extract<HostEvent, { readonly task: string }>;

function onTaskEvent(host: HostProgress, event: TaskEvent, now: number): void {
  const { task } = event;
  switch (event.type) {
    case 'taskStarted':
      host.phase = 'working';
      host.running = { task, startedAt: now, lines: [] };
      return;
    case 'taskOutput':
      if (host.running?.task !== task || event.line.trim() === '') return;
      host.running.lines = [...host.running.lines, event.line].slice(-LIVE_LINES);
      return;
    case 'taskApplied':
      break;
    case 'taskOk':
      host.toChange.delete(task);
      break;
    case 'taskChanged':
      host.toChange.delete(task);
      host.changed.push(task);
      break;
    case 'taskFailed':
      host.failed ??= { task, failure: event.failure };
      break;
  }
  host.settled.add(task);
  // Of a later stage the plan may not have known.
  host.tasks = Math.max(host.tasks, host.settled.size);
  if (host.running?.task === task) host.running = undefined;
}
