import { type Context, type Span, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import type { RunEvent, RunResult } from '../run/events.ts';
import { exitCodeOf } from './exit-code.ts';
import type { RunHeader } from './json.ts';
import { failSpan, spanText, TraceSpans } from './trace-spans.ts';

type Of<T extends RunEvent['type']> = Extract<RunEvent, { readonly type: T }>;

const RUN = 'run';

/**
 * The events of a run as spans of OpenTelemetry: of the run, in it of each host, and in that of its tasks and of
 * the checks after its step. A task that had nothing to do took no time of its own, and has none.
 */
export class Traces {
  readonly #spans: TraceSpans;
  readonly #header: RunHeader;
  #run: Span | undefined;
  /** When something last happened on a host, which is told to end with all others. */
  readonly #lastOn = new Map<string, Date>();

  /** `parent`: what the run is a part of. */
  constructor(tracer: Tracer, header: RunHeader, parent: Context) {
    this.#spans = new TraceSpans(tracer, parent);
    this.#header = header;
  }

  onEvent(event: RunEvent, now: Date): void {
    if ('host' in event && event.host !== undefined) this.#lastOn.set(event.host, now);
    switch (event.type) {
      case 'runStarted':
        this.#startRun(event, now);
        break;
      case 'hostFinished':
        this.#finishHost(event, now);
        break;
      case 'runRefused':
        if (this.#run) failSpan(this.#run, event.failure, now);
        break;
      case 'runFinished':
        this.#finishRun(event.result, now);
        break;
      default:
        this.#onHostEvent(event, now);
    }
  }

  /** Ends what is open still, of a run that did not come to its end. */
  end(now: Date): void {
    this.#spans.endAll(now);
  }

  #onHostEvent(event: RunEvent, now: Date): void {
    switch (event.type) {
      case 'hostStarted':
        this.#host(event.host, now);
        break;
      case 'hostUnreachable':
      case 'hostFailed':
      case 'hostRefused':
        failSpan(this.#host(event.host, now), event.failure, now);
        break;
      case 'taskStarted':
        this.#task(event, now);
        break;
      case 'taskApplied':
      case 'taskFailed':
        this.#finishTask(event, now);
        break;
      case 'checkWaiting':
      case 'checkPassed':
      case 'checkFailed':
        this.#check(event, now);
        break;
      default:
    }
  }

  #startRun({ playbook, mode, runId, hosts }: Of<'runStarted'>, now: Date): void {
    const { inventory, owner } = this.#header;
    const attributes = {
      'cicd.pipeline.name': spanText(playbook),
      'cicd.pipeline.run.id': runId,
      'process.executable.name': 'rota',
      'process.pid': process.pid,
      'rota.mode': mode,
      'rota.inventory': inventory.map(spanText),
      'rota.owner': spanText(owner),
      'rota.hosts': hosts.length,
    };
    this.#run = this.#spans.open(RUN, { name: `${playbook} ${mode}`, attributes, startTime: now });
  }

  #finishRun({ failures, interrupted, ...result }: RunResult, now: Date): void {
    const exitCode = exitCodeOf({ failures, interrupted, ...result });
    const isGood = exitCode === 0 || exitCode === 2;
    const [first] = failures;
    this.#run?.setAttributes({
      'process.exit.code': exitCode,
      'cicd.pipeline.result': interrupted ? 'cancellation' : resultOf(isGood),
      ...(first === undefined ? {} : { 'error.type': first.kind }),
    });
    const message = spanText(first?.message ?? `exit code ${exitCode}`);
    if (!isGood) this.#run?.setStatus({ code: SpanStatusCode.ERROR, message });
    this.end(now);
  }

  #host(host: string, now: Date): Span {
    return this.#spans.open(keyOf(host), {
      name: host,
      startTime: now,
      attributes: { 'host.name': spanText(host) },
      parent: this.#run,
    });
  }

  #finishHost({ summary }: Of<'hostFinished'>, now: Date): void {
    const { host, ok, changed, failed, pending } = summary;
    this.#host(host, now).setAttributes({
      'rota.tasks.ok': ok,
      'rota.tasks.changed': changed,
      'rota.tasks.failed': failed,
      'rota.tasks.pending': pending,
    });
    this.#spans.end(keyOf(host), this.#lastOn.get(host) ?? now);
  }

  #task({ host, task }: { readonly host: string; readonly task: string }, now: Date): Span {
    return this.#spans.open(keyOf(host, task), {
      name: task,
      startTime: now,
      attributes: { 'host.name': spanText(host), 'cicd.pipeline.task.name': spanText(task) },
      parent: this.#host(host, now),
    });
  }

  /** When it has run, so that one sees a long run go on; where it has not come to what it wants, once more. */
  #finishTask(event: Of<'taskApplied' | 'taskFailed'>, now: Date): void {
    const { host, task } = event;
    const span = this.#task(event, now);
    span.setAttribute('cicd.pipeline.task.run.result', resultOf(event.type === 'taskApplied'));
    if (event.type === 'taskFailed') {
      failSpan(span, event.failure, now);
      const message = spanText(`${task}: ${event.failure.message}`);
      this.#host(host, now).setStatus({ code: SpanStatusCode.ERROR, message });
    }
    this.#spans.end(keyOf(host, task), now);
  }

  #check(event: Of<'checkWaiting' | 'checkPassed' | 'checkFailed'>, now: Date): void {
    const { check, host } = event;
    const key = keyOf(host ?? '', 'check', check);
    const tookMs = event.type === 'checkFailed' ? 0 : event.elapsedMs;
    const span = this.#spans.open(key, {
      name: check,
      startTime: new Date(now.getTime() - tookMs),
      attributes: host === undefined ? {} : { 'host.name': spanText(host) },
      parent: host === undefined ? this.#run : this.#host(host, now),
    });
    if (event.type === 'checkWaiting') return;
    if (event.type === 'checkFailed') failSpan(span, event.failure, now);
    this.#spans.end(key, now);
  }
}

function keyOf(...names: readonly string[]): string {
  return JSON.stringify(names);
}

function resultOf(isGood: boolean): string {
  return isGood ? 'success' : 'failure';
}
