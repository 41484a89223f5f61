import { readFileSync } from 'node:fs';
import {
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import {
  type Authenticator,
  connect,
  credsAuthenticator,
  errors,
  type NatsConnection,
  nkeyAuthenticator,
} from '@nats-io/transport-node';
import { Failure } from '#engine/model/failure.ts';
import { escapeControl } from '#engine/report/escape.ts';
import { withoutPassword } from './address.ts';
import { makeStreams } from './streams.ts';

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
 * NATS_CERT, NATS_KEY), and makes the streams and the consumer that are not there yet. Says when the
 * server goes away, when it is there again, and what it refuses.
 */
export async function connectQueue(url: string, say: (text: string) => void): Promise<Queue> {
  refusePassword(url);
  const nats = await opened(url).catch(notReached(url));
  try {
    const manager = await jetstreamManager(nats);
    const patienceMs = await makeStreams(manager);
    void tellAbsence(nats, say);
    const close = async () => await nats.close();
    return { nats, stream: jetstream(nats), manager, patienceMs, [Symbol.asyncDispose]: close };
  } catch (error) {
    await nats.close();
    if (isAway(error as Error)) return notReached(url)(error as Error);
    throw new Failure('The queue has no JetStream for rota', {
      where: withoutPassword(url),
      output: (error as Error).message,
      fix: 'Start nats-server with -js, and let this user make streams, or make them: docs/scale.md.',
    });
  }
}

/** Others on the machine see it among the words of a process. */
function refusePassword(url: string): void {
  if (!url.includes('@')) return;
  throw new Failure('The address of a queue has no user and no password', {
    where: withoutPassword(url),
    fix: 'Let NATS_CREDS or NATS_NKEY name a file with the key of the user.',
  });
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
    pingInterval: PING_MS,
    ...tls,
    ...(authenticator.length > 0 ? { authenticator } : {}),
  });
}

/** After three of these a server is known to be gone that has not said so. */
const PING_MS = 10_000;

function notReached(url: string) {
  return (error: Error): never => {
    throw new Failure('The queue cannot be reached', {
      kind: isAway(error) ? 'unreachable' : 'failed',
      where: withoutPassword(url),
      output: error.message,
      fix: 'Check the address, that nats-server runs there, and what NATS_CREDS or NATS_NKEY names.',
    });
  };
}

/** Whether it may be there later, as it is. */
function isAway(error: Error): boolean {
  const { RequestError, TimeoutError } = errors;
  const cause = error.cause instanceof Error ? error.cause : error;
  return 'syscall' in cause || error instanceof RequestError || error instanceof TimeoutError;
}

async function tellAbsence(nats: NatsConnection, say: (text: string) => void): Promise<void> {
  const refused = new Set<string>();
  for await (const status of nats.status()) {
    if (status.type === 'disconnect') say('the queue has gone away: waiting for it');
    if (status.type === 'reconnect') say('the queue is there again');
    // A right that is missing is told here alone to whoever publishes.
    if (status.type !== 'error' || refused.has(status.error.message)) continue;
    refused.add(status.error.message);
    say(`the queue says: ${escapeControl(status.error.message)}`);
  }
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
