import type { Failure } from '#engine/model/failure.ts';
import type { HostSummary, RunEvent } from '../run/events.ts';
import type { StagePlan } from '../run/plan.ts';

/** More than are ever shown of what a running task prints. */
const LIVE_LINES = 5;

export interface HostProgress {
  readonly name: string;
  phase:
    | 'waiting'
    | 'connecting'
    | 'reading'
    | 'answered'
    | 'planned'
    | 'settling'
    | 'queued'
    | 'working'
    | 'undoing'
    | 'undone';
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

type HostEvent = Exclude<
  Extract<RunEvent, { readonly host: string }>,
  { readonly type: 'checkWaiting' | 'checkPassed' | 'checkFailed' }
>;

/** Folds an event of a host into how far it is. */
export function onHostEvent(host: HostProgress, event: HostEvent, now: number): void {
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
    case 'hostSettling':
      host.phase = event.run === undefined ? 'answered' : 'settling';
      return;
    case 'undoStarted':
      Object.assign(host, { phase: 'undoing', startedAt: now, running: undefined });
      return;
    case 'undone':
      host.phase = 'undone';
      return;
    case 'hostImpact':
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
