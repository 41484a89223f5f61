import type { Finding } from '#engine/model/check.ts';
import type { Failure } from '#engine/model/failure.ts';
import type { Impact } from '#engine/model/rollout.ts';
import type { FieldChange } from '#engine/model/state.ts';
import type { PlannedTask } from '#engine/model/task.ts';
import type { HostSummary } from '../run/events.ts';
import type { TimedEvent } from './read-events.ts';

/** What became of a task of a host; `pending`: it would change, or would have, had the run gone on. */
export interface TaskOutcome {
  readonly task: string;
  readonly state: 'ok' | 'changed' | 'failed' | 'pending';
  readonly fields: readonly FieldChange[];
  readonly elapsedMs?: number;
  readonly failure?: Failure;
}

/** What became of a check, and of which host's step it was the gate. */
export interface CheckOutcome {
  readonly check: string;
  readonly host?: string;
  readonly elapsedMs?: number;
  readonly failure?: Failure;
  readonly findings: readonly Finding[];
}

/** A host with all that is known of it. */
export interface HostOutcome {
  readonly host: string;
  readonly tasks: readonly TaskOutcome[];
  /** Of the host itself, not of one of its tasks. */
  readonly failures: readonly Failure[];
  /** What its change does to what runs there, said before. */
  readonly impact?: Impact;
  /** Undefined where the run died before. */
  readonly summary?: HostSummary;
}

/** Gathers from a run's events what became of its hosts, tasks and checks. */
export class HostOutcomes {
  readonly checks: CheckOutcome[] = [];
  readonly failures: Failure[] = [];
  readonly #tasks = new Map<string, Map<string, TaskOutcome>>();
  /** In the order in which they were. */
  readonly #changed = new Map<string, readonly string[]>();
  readonly #ofHosts = new Map<string, Failure[]>();
  readonly #impacts = new Map<string, Impact>();
  readonly #summaries = new Map<string, HostSummary>();

  add(event: TimedEvent): void {
    if ('failure' in event) this.failures.push(event.failure);
    switch (event.type) {
      case 'runStarted':
        for (const host of event.hosts) this.#tasks.set(host, new Map());
        break;
      case 'hostPlanned':
        this.#plan(event);
        break;
      case 'taskChanged':
        this.#finishTask(event);
        break;
      case 'undone':
        this.#undo(event.host);
        break;
      case 'hostUnreachable':
      case 'hostFailed':
      case 'hostRefused':
        this.#ofHosts.set(event.host, [...(this.#ofHosts.get(event.host) ?? []), event.failure]);
        break;
      case 'hostImpact':
        this.#impacts.set(event.host, event.impact);
        break;
      case 'checkPassed':
      case 'checkFailed':
        this.#check(event);
        break;
      case 'hostFinished':
        this.#finish(event.summary);
        break;
      default:
        this.#task(event);
    }
  }

  hosts(): readonly HostOutcome[] {
    return [...this.#tasks].map(([host, tasks]) => {
      const summary = this.#summaries.get(host);
      const impact = this.#impacts.get(host);
      return {
        host,
        tasks: [...tasks.values()],
        failures: this.#ofHosts.get(host) ?? [],
        ...(impact ? { impact } : {}),
        ...(summary ? { summary } : {}),
      };
    });
  }

  #task(event: TimedEvent): void {
    switch (event.type) {
      case 'taskOk':
        this.#change(event.host, event.task, { state: 'ok', fields: [] });
        break;
      case 'taskUpset':
        this.#change(event.host, event.task, { state: 'pending' });
        break;
      case 'taskApplied':
        this.#change(event.host, event.task, { elapsedMs: event.elapsedMs });
        break;
      case 'taskFailed':
        this.#change(event.host, event.task, { state: 'failed', failure: event.failure });
        break;
      default:
    }
  }

  #check(event: Extract<TimedEvent, { type: 'checkPassed' | 'checkFailed' }>): void {
    const { check, host } = event;
    const of = host === undefined ? { check } : { check, host };
    if (event.type === 'checkPassed')
      this.checks.push({ ...of, elapsedMs: event.elapsedMs, findings: [] });
    else this.checks.push({ ...of, failure: event.failure, findings: event.findings });
  }

  /** A plan that comes again takes the place of the one before, but knows no more of what was done already. */
  #plan({ host, stages }: Extract<TimedEvent, { type: 'hostPlanned' }>): void {
    const known = [...(this.#tasks.get(host)?.values() ?? [])];
    const done = known.filter(({ state }) => state === 'changed' || state === 'failed');
    const all = [...stages.flat().map(plannedOutcome), ...done];
    this.#tasks.set(host, new Map(all.map((outcome) => [outcome.task, outcome])));
  }

  #finishTask({ host, task }: Extract<TimedEvent, { type: 'taskChanged' }>): void {
    this.#change(host, task, { state: 'changed' });
    this.#changed.set(host, [...(this.#changed.get(host) ?? []), task]);
  }

  #undo(host: string): void {
    for (const task of this.#changed.get(host) ?? [])
      this.#change(host, task, { state: 'pending' });
  }

  /** What an earlier phase had kept stays, where what came after it was undone. */
  #finish(summary: HostSummary): void {
    const { host, changed } = summary;
    this.#summaries.set(host, summary);
    for (const task of this.#changed.get(host)?.slice(0, changed) ?? [])
      this.#change(host, task, { state: 'changed' });
  }

  #change(host: string, task: string, news: Partial<TaskOutcome>): void {
    const known = this.#tasks.get(host)?.get(task) ?? { task, state: 'ok', fields: [] };
    const tasks = this.#tasks.get(host) ?? new Map<string, TaskOutcome>();
    this.#tasks.set(host, tasks.set(task, { ...known, ...news }));
  }
}

function plannedOutcome({ title: task, fields, failure }: PlannedTask): TaskOutcome {
  if (failure !== undefined) return { task, state: 'failed', fields, failure };
  return { task, state: fields.length > 0 ? 'pending' : 'ok', fields };
}
