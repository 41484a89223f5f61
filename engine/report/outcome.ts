import type { Finding } from '#engine/model/check.ts';
import type { Failure } from '#engine/model/failure.ts';
import type { FieldChange } from '#engine/model/state.ts';
import type { HostSummary, Mode, RunResult } from '../run/events.ts';
import { noPaint, type Paint } from './paint.ts';
import type { RecordedRun, TimedEvent } from './read-events.ts';
import { formatSummary } from './summary.ts';
import { formatElapsed } from './words.ts';

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
  /** Undefined where the run died before. */
  readonly summary?: HostSummary;
}

/** A run as a whole, made of its events; what all reports but the raw one are made of. */
export interface RunOutcomes {
  readonly runId: string;
  readonly playbook: string;
  readonly mode: Mode;
  readonly owner: string;
  readonly inventory: readonly string[];
  /** ISO 8601. */
  readonly started: string;
  readonly elapsedMs: number;
  readonly hosts: readonly HostOutcome[];
  readonly checks: readonly CheckOutcome[];
  /** Every failure, each once. */
  readonly failures: readonly Failure[];
  /** Undefined: the run died. */
  readonly result: RunResult | undefined;
}

/** What came of a run, as far as its events go. */
export function outcomesOf({ header, runId, playbook, events }: RecordedRun): RunOutcomes {
  const builder = new Builder();
  for (const event of events) builder.add(event);
  const [first] = events;
  const last = events.at(-1);
  const mode = first?.type === 'runStarted' ? first.mode : 'apply';
  const started = first?.time ?? '';
  const result = last?.type === 'runFinished' ? last.result : undefined;
  return {
    runId,
    playbook,
    mode,
    owner: header.owner,
    inventory: header.inventory,
    started,
    elapsedMs: result?.elapsedMs ?? Date.parse(last?.time ?? started) - Date.parse(started),
    hosts: builder.hosts(),
    checks: builder.checks,
    failures: result?.failures ?? builder.failures,
    result,
  };
}

/** How it came out, in words. */
export function endText({ result, elapsedMs }: RunOutcomes, paint: Paint = noPaint): string {
  return result ? formatSummary(result, paint) : `Died after ${formatElapsed(elapsedMs)}`;
}

class Builder {
  readonly checks: CheckOutcome[] = [];
  readonly failures: Failure[] = [];
  readonly #tasks = new Map<string, Map<string, TaskOutcome>>();
  readonly #ofHosts = new Map<string, Failure[]>();
  readonly #summaries = new Map<string, HostSummary>();

  add(event: TimedEvent): void {
    if ('failure' in event) this.failures.push(event.failure);
    switch (event.type) {
      case 'runStarted':
        for (const host of event.hosts) this.#tasks.set(host, new Map());
        break;
      case 'hostPlanned':
        for (const { title, fields, failure } of event.stages.flat())
          this.#set(event.host, {
            task: title,
            state: failure ? 'failed' : fields.length > 0 ? 'pending' : 'ok',
            fields,
            ...(failure ? { failure } : {}),
          });
        break;
      case 'taskApplied':
        this.#change(event.host, event.task, { elapsedMs: event.elapsedMs });
        break;
      case 'taskChanged':
        this.#change(event.host, event.task, { state: 'changed' });
        break;
      case 'taskFailed':
        this.#change(event.host, event.task, { state: 'failed', failure: event.failure });
        break;
      case 'hostUnreachable':
      case 'hostFailed':
      case 'hostRefused':
        this.#ofHosts.set(event.host, [...(this.#ofHosts.get(event.host) ?? []), event.failure]);
        break;
      case 'checkPassed':
      case 'checkFailed':
        this.#check(event);
        break;
      case 'hostFinished':
        this.#summaries.set(event.summary.host, event.summary);
        break;
      default:
    }
  }

  hosts(): readonly HostOutcome[] {
    return [...this.#tasks].map(([host, tasks]) => {
      const summary = this.#summaries.get(host);
      return {
        host,
        tasks: [...tasks.values()],
        failures: this.#ofHosts.get(host) ?? [],
        ...(summary ? { summary } : {}),
      };
    });
  }

  #check(event: Extract<TimedEvent, { type: 'checkPassed' | 'checkFailed' }>): void {
    const { check, host } = event;
    const of = host === undefined ? { check } : { check, host };
    if (event.type === 'checkPassed')
      this.checks.push({ ...of, elapsedMs: event.elapsedMs, findings: [] });
    else this.checks.push({ ...of, failure: event.failure, findings: event.findings });
  }

  /** A plan that comes again knows no more of what was done already. */
  #set(host: string, planned: TaskOutcome): void {
    const tasks = this.#tasks.get(host) ?? new Map<string, TaskOutcome>();
    const known = tasks.get(planned.task);
    const isDone = known?.state === 'changed' || known?.state === 'failed';
    tasks.set(planned.task, isDone ? known : planned);
    this.#tasks.set(host, tasks);
  }

  #change(host: string, task: string, news: Partial<TaskOutcome>): void {
    const known = this.#tasks.get(host)?.get(task) ?? { task, state: 'ok', fields: [] };
    const tasks = this.#tasks.get(host) ?? new Map<string, TaskOutcome>();
    this.#tasks.set(host, tasks.set(task, { ...known, ...news }));
  }
}
