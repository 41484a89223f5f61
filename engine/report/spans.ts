import type { TimedEvent } from './read-events.ts';

/** What took its time in a run, from when to when since its start; `open`: the events end before it does. */
export interface TimeSpan {
  readonly kind: 'connect' | 'look' | 'wait' | 'settle' | 'queue' | 'task' | 'gate' | 'undo';
  /** Left out for a check that is about no single host. */
  readonly host?: string;
  /** The title of the task or check, or what is waited for; else what the kind says. */
  readonly what: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly state: 'done' | 'failed' | 'open';
}

/** The spans of a run by its events, in the order of their beginnings. */
export function spansOf(events: readonly TimedEvent[]): readonly TimeSpan[] {
  const startMs = timeOf(events[0]);
  const spans = new OpenSpans();
  for (const event of events) spans.add(event, timeOf(event) - startMs);
  spans.endAll(timeOf(events.at(-1)) - startMs);
  return spans.ended.toSorted((one, other) => one.fromMs - other.fromMs);
}

function timeOf(event: TimedEvent | undefined): number {
  return Date.parse(event?.time ?? '');
}

type Opened = Omit<TimeSpan, 'toMs' | 'state'>;

class OpenSpans {
  readonly ended: TimeSpan[] = [];
  /** By host, and by check for what is about none; then by kind. */
  readonly #open = new Map<string, Map<TimeSpan['kind'], Opened>>();

  add(event: TimedEvent, atMs: number): void {
    if ('host' in event && event.host !== undefined) this.#end(event.host, ['wait'], atMs);
    switch (event.type) {
      case 'hostStarted':
        return this.#begin({ kind: 'connect', host: event.host, what: 'connects' }, atMs);
      case 'hostConnected':
        this.#end(event.host, ['connect'], atMs);
        return this.#begin({ kind: 'look', host: event.host, what: 'is asked' }, atMs);
      case 'hostWaiting':
        return this.#begin({ kind: 'wait', host: event.host, what: event.what }, atMs);
      case 'hostQueued':
        return this.#begin({ kind: 'queue', host: event.host, what: 'waits for its turn' }, atMs);
      case 'hostSettling':
        if (event.run === undefined) return this.#end(event.host, ['settle'], atMs);
        return this.#begin({ kind: 'settle', host: event.host, what: `undoes ${event.run}` }, atMs);
      case 'taskStarted':
        this.#end(event.host, ['queue'], atMs);
        return this.#begin({ kind: 'task', host: event.host, what: event.task }, atMs);
      case 'undoStarted':
        return this.#begin({ kind: 'undo', host: event.host, what: 'is undone' }, atMs);
      case 'checkWaiting':
      case 'checkPassed':
      case 'checkFailed':
        return this.#check(event, atMs);
      default:
        return this.#close(event, atMs);
    }
  }

  endAll(atMs: number): void {
    for (const [key, open] of this.#open) this.#end(key, [...open.keys()], atMs, 'open');
  }

  #close(event: TimedEvent, atMs: number): void {
    switch (event.type) {
      case 'hostPlanned':
        return this.#end(event.host, ['look'], atMs);
      case 'taskApplied':
        return this.#end(event.host, ['task'], atMs);
      case 'taskFailed':
        return this.#end(event.host, ['task'], atMs, 'failed');
      case 'undone':
        return this.#end(event.host, ['undo'], atMs);
      case 'hostUnreachable':
      case 'hostFailed':
        return this.#end(event.host, ['connect', 'look', 'settle', 'task', 'undo'], atMs, 'failed');
      case 'hostRefused':
        return this.#end(event.host, ['queue'], atMs);
      case 'hostFinished':
        return this.#end(event.summary.host, ['look', 'queue', 'settle', 'task', 'undo'], atMs);
      default:
    }
  }

  #check(
    event: Extract<TimedEvent, { type: 'checkWaiting' | 'checkPassed' | 'checkFailed' }>,
    atMs: number,
  ): void {
    const { check: what, host, type } = event;
    const key = host ?? `check ${what}`;
    const of = host === undefined ? { what } : { what, host };
    const agoMs = 'elapsedMs' in event ? event.elapsedMs : 0;
    if (this.#open.get(key)?.has('gate') !== true)
      this.#begin({ kind: 'gate', ...of }, Math.max(0, atMs - agoMs), key);
    if (type !== 'checkWaiting')
      this.#end(key, ['gate'], atMs, type === 'checkPassed' ? 'done' : 'failed');
  }

  #begin(opened: Omit<Opened, 'fromMs'>, fromMs: number, key = opened.host ?? ''): void {
    const open = this.#open.get(key) ?? new Map<TimeSpan['kind'], Opened>();
    this.#open.set(key, open.set(opened.kind, { ...opened, fromMs }));
  }

  #end(
    key: string,
    kinds: readonly TimeSpan['kind'][],
    toMs: number,
    state: TimeSpan['state'] = 'done',
  ): void {
    for (const kind of kinds) {
      const opened = this.#open.get(key)?.get(kind);
      if (opened === undefined) continue;
      this.#open.get(key)?.delete(kind);
      this.ended.push({ ...opened, toMs, state });
    }
  }
}
