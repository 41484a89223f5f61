import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Failure } from '#engine/model/failure.ts';
import { statusLine } from '../json.ts';
import { type Refusal, refusalOf } from './guard.ts';
import type { HubNews, StatusHub } from './hub.ts';
import { statusMetrics } from './metrics.ts';
import type { ServePlace } from './place.ts';
import { sendEvents } from './send-events.ts';

/** All connections at once; and those of them that are told what changes. */
const MOST_CONNECTIONS = 128;
const MOST_VIEWERS = 32;

const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** Serves what a hub knows, read-only: a page, its events, JSON and metrics. */
export async function serveHub(hub: StatusHub, place: ServePlace): Promise<Server> {
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const refusal = refusalOf(request, place);
    if (refusal === undefined) void answer(request, response, hub);
    else refuse(response, refusal);
  });
  server.maxConnections = MOST_CONNECTIONS;
  await listen(server, place);
  return server;
}

/** Where it is served, for a browser. */
export function urlOf(server: Server): string {
  const { address, port } = server.address() as AddressInfo;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}/`;
}

async function listen(server: Server, { host, port }: ServePlace): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.on('error', ({ message }: NodeJS.ErrnoException) =>
    reject(
      new Failure('The address cannot be served on', {
        ...{ where: `${host} port ${port}`, output: message },
        fix: 'Take another port, or end what is there.',
      }),
    ),
  );
  server.listen(port, host, resolve);
  await promise;
}

const FILES: ReadonlyMap<string, readonly [file: string, type: string]> = new Map([
  ['/', ['index.html', 'text/html; charset=utf-8']],
  ['/status.css', ['status.css', 'text/css; charset=utf-8']],
  ['/status.js', ['status.js', 'text/javascript; charset=utf-8']],
]);

const FOLDER = new URL('../../../templates/status/', import.meta.url);

/** What is made of a look, by its path. */
const VIEWS: ReadonlyMap<string, readonly [view: (news: HubNews) => string, type: string]> =
  new Map([
    ['/status.json', [({ update }) => statusLine(update), 'application/json']],
    [
      '/metrics',
      [({ update }) => statusMetrics(update), 'text/plain; version=0.0.4; charset=utf-8'],
    ],
  ]);

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  hub: StatusHub,
): Promise<void> {
  const path = (request.url ?? '').replace(/\?.*$/s, '');
  const file = FILES.get(path);
  const view = VIEWS.get(path);
  if (file !== undefined) send(response, readFileSync(new URL(file[0], FOLDER), 'utf8'), file[1]);
  else if (view !== undefined) send(response, view[0](await hub.current()), view[1]);
  else if (path !== '/events') refuse(response, { status: 404, text: 'There is no such page' });
  else if (hub.viewers >= MOST_VIEWERS)
    refuse(response, { status: 503, text: 'Too many viewers', headers: { 'Retry-After': '60' } });
  else sendEvents(response, hub);
}

function send(response: ServerResponse, text: string, type: string): void {
  response.writeHead(200, { 'Content-Type': type }).end(text);
}

function refuse(response: ServerResponse, { status, text, headers = {} }: Refusal): void {
  response.writeHead(status, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}
