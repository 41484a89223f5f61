import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import root from 'otlp-definitions/build/src/generated/root.js';

/** A span as OpenTelemetry's own definitions read it, in what is the same in each run. */
export interface CollectedSpan {
  readonly name: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly traceId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly { readonly name: string; readonly attributes: object }[];
  readonly status: { readonly code: string; readonly message: string };
}

const REQUEST = root.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

/** Takes what is sent with OTLP over HTTP, and reads it by the definitions of the protocol. */
export class OtlpCollector implements AsyncDisposable {
  readonly spans: CollectedSpan[] = [];
  readonly resources: Readonly<Record<string, unknown>>[] = [];
  /** All bytes that came, for what must not be in them. */
  bodies = '';
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming
        .on('data', (chunk) => chunks.push(chunk))
        .on('end', () => {
          const body = Buffer.concat(chunks);
          this.bodies += body.toString('latin1');
          const options = { bytes: String, enums: String, defaults: true, oneofs: true };
          this.#take(REQUEST.toObject(REQUEST.decode(body), options));
          response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
        });
    });
  }

  static async start(): Promise<OtlpCollector> {
    const collector = new OtlpCollector();
    collector.#server.listen(0, '127.0.0.1');
    await once(collector.#server, 'listening');
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #take(request: Plain): void {
    for (const { resource, scopeSpans } of request['resourceSpans'])
      for (const { spans } of scopeSpans) {
        this.resources.push(recordOf(resource.attributes));
        this.spans.push(...spans.map(spanOf));
      }
  }
}

// biome-ignore lint/suspicious/noExplicitAny: it is what a parser makes of bytes.
type Plain = Readonly<Record<string, any>>;

function spanOf({
  name,
  spanId,
  parentSpanId,
  traceId,
  attributes,
  events,
  status,
}: Plain): CollectedSpan {
  const ids = [spanId, parentSpanId, traceId].map((id) =>
    Buffer.from(id, 'base64').toString('hex'),
  );
  const [own = '', parent = '', trace = ''] = ids;
  return {
    ...{ name, spanId: own, parentSpanId: parent, traceId: trace },
    attributes: recordOf(attributes),
    events: events.map((event: Plain) => ({
      name: event['name'],
      attributes: recordOf(event['attributes']),
    })),
    status: { code: status?.code, message: status?.message },
  };
}

function recordOf(attributes: readonly Plain[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plainOf(value)]));
}

function plainOf({ stringValue, intValue, boolValue, arrayValue, value: kind }: Plain): unknown {
  if (kind === 'intValue') return Number(intValue);
  if (kind === 'arrayValue') return arrayValue.values.map(plainOf);
  return kind === 'boolValue' ? boolValue : stringValue;
}
