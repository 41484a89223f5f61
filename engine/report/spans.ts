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

type SpanKind = TimeSpan['kind'];
type BegunSpan = Omit<TimeSpan, 'toMs' | 'state'>;

class OpenSpans {
  readonly ended: TimeSpan[] = [];
  /** By host, and by check for what is about none; then by kind. */
  readonly #open = new Map<string, Map<SpanKind, BegunSpan>>();

  add(event: TimedEvent, atMs: number): void {
    if (
      event.type === 'checkWaiting' ||
      event.type === 'checkPassed' ||
      event.type === 'checkFailed'
    )
      this.#check(event, atMs);
    else if (event.type === 'hostFinished')
      this.#end(event.summary.host, { kinds: OF_HOST, state: 'done' }, atMs);
    else if ('host' in event) this.#turn(event.host, turnOf(event), atMs);
  }

  endAll(atMs: number): void {
    for (const [key, open] of this.#open)
      this.#end(key, { kinds: [...open.keys()], state: 'open' }, atMs);
  }

  #turn(host: string, { begins, ends = [], state = 'done' }: Turn, atMs: number): void {
    this.#end(host, { kinds: ['wait', ...ends], state }, atMs);
    if (begins !== undefined)
      this.#begin(host, { kind: begins[0], host, what: begins[1], fromMs: atMs });
  }

  #check(
    event: Extract<TimedEvent, { type: 'checkWaiting' | 'checkPassed' | 'checkFailed' }>,
    atMs: number,
  ): void {
    const { check: what, host, type } = event;
    const key = host ?? `check ${what}`;
    const of = host === undefined ? { what } : { what, host };
    const fromMs = Math.max(0, atMs - ('elapsedMs' in event ? event.elapsedMs : 0));
    if (this.#open.get(key)?.has('gate') !== true)
      this.#begin(key, { kind: 'gate', ...of, fromMs });
    const state = type === 'checkPassed' ? 'done' : 'failed';
    if (type !== 'checkWaiting') this.#end(key, { kinds: ['gate'], state }, atMs);
  }

  #begin(key: string, opened: BegunSpan): void {
    const open = this.#open.get(key) ?? new Map<SpanKind, BegunSpan>();
    this.#open.set(key, open.set(opened.kind, opened));
  }

  #end(key: string, { kinds, state }: Ending, toMs: number): void {
    const open = this.#open.get(key);
    for (const kind of kinds) {
      const opened = open?.get(kind);
      if (opened === undefined) continue;
      open?.delete(kind);
      this.ended.push({ ...opened, toMs, state });
    }
  }
}

interface Ending {
  readonly kinds: readonly SpanKind[];
  readonly state: TimeSpan['state'];
}

/** What an event of a host begins and ends there. */
interface Turn {
  readonly begins?: readonly [kind: SpanKind, what: string];
  readonly ends?: readonly SpanKind[];
  readonly state?: TimeSpan['state'];
}

/** Those that do not outlast their host: a gate may be about one that failed. */
const OF_HOST: readonly SpanKind[] = ['connect', 'look', 'settle', 'queue', 'task', 'undo'];

function turnOf(event: Extract<TimedEvent, { host?: string }>): Turn {
  switch (event.type) {
    case 'hostStarted':
      return { begins: ['connect', 'connects'] };
    case 'hostConnected':
      return { ends: ['connect'], begins: ['look', 'is asked'] };
    case 'hostPlanned':
      return { ends: ['look'] };
    case 'hostWaiting':
      return { begins: ['wait', event.what] };
    case 'hostQueued':
      return { begins: ['queue', 'waits for its turn'] };
    case 'hostSettling':
      if (event.run === undefined) return { ends: ['settle'] };
      return { begins: ['settle', `undoes what ${event.run} has left`] };
    case 'taskStarted':
      return { ends: ['queue'], begins: ['task', event.task] };
    case 'taskApplied':
      return { ends: ['task'] };
    case 'taskFailed':
      return { ends: ['task'], state: 'failed' };
    case 'undoStarted':
      return { begins: ['undo', 'is undone'] };
    case 'undone':
      return { ends: ['undo'] };
    case 'hostRefused':
      return { ends: ['queue'] };
    case 'hostUnreachable':
    case 'hostFailed':
      return { ends: OF_HOST, state: 'failed' };
    default:
      return {};
  }
}
