import { readFileSync } from 'node:fs';
import {
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
} from '@nats-io/jetstream';
import {
  type Authenticator,
  connect,
  credsAuthenticator,
  type NatsConnection,
  nanos,
  nkeyAuthenticator,
} from '@nats-io/transport-node';
import { Failure } from '#engine/model/failure.ts';
import { withoutPassword } from './address.ts';
import { EVENTS_STREAM, WORK_STREAM, WORKERS } from './subjects.ts';

/** A connection to the server of a queue, which has what runs need there. */
export interface Queue extends AsyncDisposable {
  readonly nats: NatsConnection;
  readonly stream: JetStreamClient;
  readonly manager: JetStreamManager;
  /** Whoever has not been heard of for so long is taken for dead. */
  readonly patienceMs: number;
}

/**
 * Connects as the environment says in the words of the nats program (NATS_CREDS, NATS_NKEY, NATS_CA,
 * NATS_CERT, NATS_KEY), and makes the streams and the consumer that are not there yet.
 */
export async function connectQueue(url: string): Promise<Queue> {
  const nats = await opened(url);
  const manager = await jetstreamManager(nats).catch(notMade(url));
  const patienceMs = await prepare(manager).catch(notMade(url));
  return {
    nats,
    stream: jetstream(nats),
    manager,
    patienceMs,
    [Symbol.asyncDispose]: async () => await nats.close(),
  };
}

async function opened(servers: string): Promise<NatsConnection> {
  const { NATS_CA: ca, NATS_CERT: cert, NATS_KEY: key } = process.env;
  const files = {
    ...(ca && { caFile: ca }),
    ...(cert && { certFile: cert }),
    ...(key && { keyFile: key }),
  };
  const tls = servers.startsWith('tls:') || Object.keys(files).length > 0 ? { tls: files } : {};
  const authenticator = authenticators();
  return await connect({
    servers,
    name: 'rota',
    maxReconnectAttempts: -1,
    reconnectTimeWait: 500,
    ...tls,
    ...(authenticator.length > 0 ? { authenticator } : {}),
  }).catch((error: Error) => {
    throw new Failure('The queue cannot be reached', {
      kind: 'unreachable',
      where: withoutPassword(servers),
      output: error.message,
      fix: 'Check the address, that nats-server runs there, and what NATS_CREDS or NATS_NKEY names.',
    });
  });
}

function authenticators(): Authenticator[] {
  const { NATS_CREDS: creds, NATS_NKEY: nkey } = process.env;
  return [
    ...(creds ? [credsAuthenticator(secretIn(creds, 'NATS_CREDS'))] : []),
    ...(nkey ? [nkeyAuthenticator(secretIn(nkey, 'NATS_NKEY'))] : []),
  ];
}

function secretIn(path: string, name: string): Uint8Array {
  try {
    return Buffer.from(readFileSync(path, 'utf8').trim());
  } catch (error) {
    const { message: output } = error as Error;
    throw new Failure('The key for the queue cannot be read', {
      where: `${name}=${path}`,
      output,
      fix: 'Name the file of a user of nats-server.',
    });
  }
}

const DAY_MS = 86_400_000;
const PATIENCE_MS = 30_000;

/** Gives how long the consumer waits: whoever has made it may have other times than rota. */
async function prepare({ streams, consumers }: JetStreamManager): Promise<number> {
  await unlessThere(
    () => streams.info(WORK_STREAM),
    () =>
      streams.add({
        name: WORK_STREAM,
        subjects: ['rota.work.*.*'],
        retention: RetentionPolicy.Workqueue,
        max_age: nanos(7 * DAY_MS),
      }),
  );
  await unlessThere(
    () => streams.info(EVENTS_STREAM),
    () =>
      streams.add({ name: EVENTS_STREAM, subjects: ['rota.events.>'], max_age: nanos(7 * DAY_MS) }),
  );
  const { config } = await unlessThere(
    () => consumers.info(WORK_STREAM, WORKERS),
    () =>
      consumers.add(WORK_STREAM, {
        durable_name: WORKERS,
        ack_policy: 'explicit',
        ack_wait: nanos(PATIENCE_MS),
        // How often is for the coordinator to say, who knows which tries were begun.
        max_deliver: -1,
        max_ack_pending: 100_000,
      }),
  );
  return (config.ack_wait ?? nanos(PATIENCE_MS)) / 1e6;
}

/** Of two that find nothing, both may make it: it is the same. */
async function unlessThere<T>(find: () => Promise<T>, make: () => Promise<T>): Promise<T> {
  return await find().catch(async (error: Error) => {
    if (!/not found/.test(error.message)) throw error;
    return await make();
  });
}

function notMade(url: string) {
  return (error: Error): never => {
    throw new Failure('The queue has no JetStream for rota', {
      where: withoutPassword(url),
      output: error.message,
      fix: 'Start nats-server with -js, and let this user make streams, or make them: docs/scale.md.',
    });
  };
}
