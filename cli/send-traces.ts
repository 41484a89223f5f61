import { setTimeout } from 'node:timers/promises';
import { type Context, defaultTextMapGetter, ROOT_CONTEXT } from '@opentelemetry/api';
import {
  type ExportResult,
  ExportResultCode,
  parseKeyPairsIntoRecord,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { Failure } from '#engine/model/failure.ts';
import { remember } from '#engine/model/redaction.ts';
import type { RunHeader } from '#engine/report/json.ts';
import { Traces } from '#engine/report/traces.ts';
import type { RunEvent } from '#engine/run/events.ts';
import { printWarnings } from './print.ts';

/** How long the end of a run waits for the collector at most. */
const PATIENCE_MS = 5000;
/** So that one sees a long run go on. */
const EVERY_MS = 1000;
/** Of spans that wait: a run of a thousand hosts has no more tasks at once. */
const MOST_WAITING = 20_000;

/** Sends a run to the collector that OpenTelemetry's variables of the environment name, as it goes on. */
export class TraceSender {
  readonly #exporter = new WatchedExporter();
  readonly #provider: TracerProvider;
  readonly #traces: Traces;

  constructor(header: RunHeader) {
    const { OTEL_EXPORTER_OTLP_HEADERS: all, OTEL_EXPORTER_OTLP_TRACES_HEADERS: own } = process.env;
    rememberValues(`${all ?? ''},${own ?? ''}`);
    const processor = new BatchSpanProcessor({
      exporter: this.#exporter,
      scheduledDelayMillis: EVERY_MS,
      maxQueueSize: MOST_WAITING,
    });
    this.#provider = new TracerProvider({
      resource: resourceOf(header),
      spanProcessors: [processor],
    });
    this.#traces = new Traces(
      this.#provider.getTracer('rota', header.rota),
      header,
      parentContext(),
    );
  }

  onEvent(event: RunEvent): void {
    this.#traces.onEvent(event, new Date());
  }

  /** Sends what is left. What the collector did not take is said, and makes the run no worse than it was. */
  async end(): Promise<void> {
    this.#traces.end(new Date());
    const late = new AbortController();
    await Promise.race([
      this.#provider.shutdown().catch(() => {}),
      setTimeout(PATIENCE_MS, undefined, { signal: late.signal }).catch(() => {}),
    ]);
    late.abort();
    const { unsent } = this.#exporter;
    if (unsent !== undefined) printWarnings([notSent(unsent)]);
  }
}

/** OpenTelemetry's own exporter, which keeps what went wrong to itself. */
class WatchedExporter implements SpanExporter {
  readonly #exporter = new OTLPTraceExporter();
  #pending = 0;
  #error: string | undefined;

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#pending += 1;
    this.#exporter.export(spans, (result) => {
      this.#pending -= 1;
      if (result.code !== ExportResultCode.SUCCESS) this.#error = result.error?.message ?? '';
      done(result);
    });
  }

  async shutdown(): Promise<void> {
    await this.#exporter.shutdown();
  }

  /** Why not all was taken so far; undefined: all was. */
  get unsent(): string | undefined {
    return this.#error ?? (this.#pending > 0 ? 'It does not answer' : undefined);
  }
}

/** What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say wins. */
function resourceOf({ rota }: RunHeader): Resource {
  const own = resourceFromAttributes({ 'service.name': 'rota', 'service.version': rota });
  return defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [envDetector] }));
}

/** What a CI job, say, is a part of itself. */
function parentContext(): Context {
  const { TRACEPARENT: traceparent, TRACESTATE: tracestate } = process.env;
  const carrier = { traceparent, tracestate };
  return new W3CTraceContextPropagator().extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
}

/** Keys of collectors are among them. */
function rememberValues(headers: string): void {
  for (const value of Object.values(parseKeyPairsIntoRecord(headers))) remember(value);
}

function notSent(output: string): Failure {
  return new Failure('The traces of the run were not all sent', {
    where: endpoint(),
    output,
    fix: 'Look whether a collector takes OTLP over HTTP there, with protobuf; or unset the variable.',
  });
}

/** As it was given, without what may be a key. */
function endpoint(): string {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: all, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own } = process.env;
  const [name, value = ''] = own
    ? ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', own]
    : ['OTEL_EXPORTER_OTLP_ENDPOINT', all];
  return `${name} ${value.replace(/\/\/[^@/]*@/, '//').replace(/\?.*/, '')}`;
}
