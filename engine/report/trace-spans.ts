import {
  type Attributes,
  type Context,
  type Span,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Failure } from '#engine/model/failure.ts';
import { redact } from '#engine/model/redaction.ts';
import { escapeControl } from './escape.ts';
import { formatFailure } from './failure.ts';

interface NewSpan {
  readonly name: string;
  readonly startTime: Date;
  readonly attributes: Attributes;
  /** Left out: what all are a part of. */
  readonly parent?: Span | undefined;
}

/** The spans of a run that have not ended, by keys. What others have said is in them as text, without secrets. */
export class TraceSpans {
  readonly #tracer: Tracer;
  readonly #context: Context;
  readonly #open = new Map<string, Span>();

  /** `context`: what all of them are a part of. */
  constructor(tracer: Tracer, context: Context) {
    this.#tracer = tracer;
    this.#context = context;
  }

  /** The one of that key, which is started where there is none. */
  open(key: string, { name, parent, ...options }: NewSpan): Span {
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const context = parent === undefined ? this.#context : trace.setSpan(this.#context, parent);
    const span = this.#tracer.startSpan(spanText(name), options, context);
    this.#open.set(key, span);
    return span;
  }

  end(key: string, time: Date): void {
    this.#open.get(key)?.end(time);
    this.#open.delete(key);
  }

  endAll(time: Date): void {
    for (const key of [...this.#open.keys()].toReversed()) this.end(key, time);
  }
}

/** Marks a span as failed. Without a stack: it is no fault of the program. */
export function failSpan(span: Span, failure: Failure, time: Date): void {
  const message = spanText(formatFailure(failure));
  span
    .addEvent('exception', { 'exception.type': failure.kind, 'exception.message': message }, time)
    .setAttribute('error.type', failure.kind)
    .setStatus({ code: SpanStatusCode.ERROR, message: spanText(failure.message) });
}

const MOST_CHARACTERS = 4096;

/** Text that came from elsewhere, without secrets, and without end it has none. */
export function spanText(text: string): string {
  const lines = redact(text).split('\n').map(escapeControl);
  return lines.join('\n').slice(0, MOST_CHARACTERS);
}
