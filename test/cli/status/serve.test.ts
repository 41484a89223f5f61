import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, type RequestOptions, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import parsePrometheus from 'parse-prometheus-text-format';
import { afterEach, expect, test } from 'vitest';
import { Failure } from '#engine/model/failure.ts';
import { remember } from '#engine/model/redaction.ts';
import type { RingStatus } from '#playbooks/status.ts';
import type { Looks } from '../../../cli/status/follow.ts';
import type { LookOptions, OnHeld } from '../../../cli/status/followed-node.ts';
import { StatusHub } from '../../../cli/status/serve/hub.ts';
import { serveHub, urlOf } from '../../../cli/status/serve/server.ts';
import { launchBrowser, noBrowser } from '../../browser.ts';
import { brokenRing, NOW, wellRing } from './rings.ts';

/** Answers that were recorded, and how often they were asked for. */
class RecordedLooks implements Looks {
  looks = 0;
  closes = 0;
  onHeld: OnHeld | undefined;
  answering: Promise<void> | undefined;
  readonly ring: RingStatus;

  constructor(ring: RingStatus) {
    this.ring = ring;
  }

  async look({ onHeld }: LookOptions): Promise<readonly RingStatus[]> {
    this.looks += 1;
    this.onHeld = onHeld;
    await this.answering;
    return [this.ring];
  }

  async close(): Promise<void> {
    this.closes += 1;
  }
}

const TOKEN = 'canary-of-a-token';
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Served {
  readonly ring?: RingStatus;
  readonly token?: string;
  readonly freshMs?: number;
}

async function served({ ring = wellRing(), token, freshMs }: Served = {}) {
  const looks = new RecordedLooks(ring);
  const hub = new StatusHub(looks, freshMs);
  const server = await serveHub(hub, {
    ...{ host: '127.0.0.1', port: 0, isLoopback: token === undefined, token },
  });
  ends.push(
    () => hub[Symbol.asyncDispose](),
    async () => {
      server.close();
      server.closeAllConnections();
    },
  );
  return { looks, hub, server };
}

async function ask(server: Server, path: string, options: RequestOptions = {}) {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const asked = request({ host: '127.0.0.1', port, path, ...options }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return response;
}

async function statusOf(server: Server, path: string, options: RequestOptions = {}) {
  const response = await ask(server, path, options);
  response.resume();
  return response.statusCode;
}

/** Reads events until one has been told that is as wanted. */
async function untilTold(response: IncomingMessage, wanted: string): Promise<string> {
  let told = '';
  for await (const chunk of response.iterator({ destroyOnReturn: false })) {
    told += chunk;
    if (told.includes(wanted)) return told;
  }
  throw new Error(`${wanted} was not told`);
}

test('serves a page that loads nothing from elsewhere, and is only read', async () => {
  const { server, looks } = await served();
  const page = await ask(server, '/');
  expect(await text(page)).toContain('<title>rota status</title>');
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  expect(await statusOf(server, '/status.js?now')).toBe(200);
  expect(await statusOf(server, '/../package.json')).toBe(404);
  expect(await statusOf(server, '/', { method: 'POST' })).toBe(405);
  expect(looks.looks).toBe(0);
});

test('on loopback answers to no name but this machine’s own', async () => {
  const { server } = await served();
  const named = (host: string) => statusOf(server, '/', { headers: { host } });
  expect(await named('localhost:9717')).toBe(200);
  expect(await named('[::1]')).toBe(200);
  expect(await named('evil.example:9717')).toBe(421);
  expect(await named('localhost.evil.example')).toBe(421);
});

test('with a token answers only who shows it, as a bearer or as a password', async () => {
  const { server, looks } = await served({ token: TOKEN });
  const shown = (authorization?: string) =>
    statusOf(server, '/status.json', { headers: authorization ? { authorization } : {} });
  const basic = (words: string) => `Basic ${Buffer.from(words).toString('base64')}`;
  expect(await shown()).toBe(401);
  expect(await shown(`Bearer ${TOKEN}s`)).toBe(401);
  expect(await shown(basic(`${TOKEN}:`))).toBe(401);
  expect(looks.looks).toBe(0);
  expect(await shown(`Bearer ${TOKEN}`)).toBe(200);
  expect(await shown(basic(`ada:${TOKEN}`))).toBe(200);
});

test('all who ask at once share one look', async () => {
  const { server, looks } = await served({ ring: brokenRing() });
  const asked = ['/metrics', '/metrics', '/status.json'].map((path) => statusOf(server, path));
  expect(await Promise.all(asked)).toEqual([200, 200, 200]);
  expect(looks.looks).toBe(1);
  const metrics = parsePrometheus(await text(await ask(server, '/metrics')));
  const told = metrics
    .filter(({ name }) => /holders|findings|answers|check|pod_ok/.test(name))
    .map(({ name, metrics: all }) => [name, ...all.map(({ value }) => value)].join(' '));
  expect(told).toMatchInlineSnapshot(`
    [
      "rota_ring_findings 1",
      "rota_vip_holders 2 0 0",
      "rota_node_answers 1 1 1 0",
      "rota_node_pod_ok 1 0 1",
      "rota_check_passes 1 0 1",
    ]
  `);
});

test('all who view are told of one watch, which ends with the last of them', async () => {
  const { server, looks } = await served();
  const viewers = await Promise.all([ask(server, '/events'), ask(server, '/events')]);
  await Promise.all(viewers.map((viewer) => untilTold(viewer, '"holders":["node1"]')));
  looks.onHeld?.({ node: 'node1', vips: [], at: new Date() });
  looks.onHeld?.({ node: 'node3', vips: ['fd02::1', 'fd02::3'], at: new Date() });
  const moved = '"what":"VIP fd02::1","was":"nobody","is":"node3"';
  await Promise.all(viewers.map((viewer) => untilTold(viewer, moved)));
  viewers[0]?.destroy();
  await untilTold(await ask(server, '/events'), moved);
  expect([looks.looks, looks.closes]).toEqual([1, 0]);
});

test('leaves the nodes alone when nobody views any more, and follows them again for the next', async () => {
  const { server, looks, hub } = await served();
  const first = await ask(server, '/events');
  await untilTold(first, 'data: ');
  first.destroy();
  await expect.poll(() => looks.closes).toBe(1);
  expect(hub.viewers).toBe(0);
  await untilTold(await ask(server, '/events'), 'data: ');
  await expect.poll(() => looks.looks).toBe(2);
});

test('tells who comes while the rings rest at once what is known', async () => {
  const { server, looks } = await served({ freshMs: 0 });
  await untilTold(await ask(server, '/events'), 'data: ');
  await untilTold(await ask(server, '/events'), 'data: ');
  expect(looks.looks).toBe(1);
});

test('tells nothing of an earlier watch as if it were so now', async () => {
  const { server, looks } = await served({ freshMs: 0 });
  const first = await ask(server, '/events');
  await untilTold(first, 'data: ');
  first.destroy();
  await expect.poll(() => looks.closes).toBe(1);
  const { promise, resolve: answer } = Promise.withResolvers<void>();
  looks.answering = promise;
  await ask(server, '/events');
  const asked = statusOf(server, '/status.json');
  await expect.poll(() => looks.looks).toBe(3);
  answer();
  expect(await asked).toBe(200);
});

test('leaves nothing of a look that ends after its last viewer has left', async () => {
  const { server, looks } = await served();
  const { promise, resolve: answer } = Promise.withResolvers<void>();
  looks.answering = promise;
  const viewer = await ask(server, '/events');
  await expect.poll(() => looks.looks).toBe(1);
  viewer.destroy();
  await expect.poll(() => looks.closes).toBe(1);
  answer();
  await expect.poll(() => looks.closes).toBe(2);
});

test('has no more viewers than it can tell', async () => {
  const { server } = await served();
  const viewers = Array.from({ length: 32 }, () => ask(server, '/events'));
  expect((await Promise.all(viewers)).map(({ statusCode }) => statusCode)).toEqual(
    Array.from({ length: 32 }, () => 200),
  );
  expect(await statusOf(server, '/events')).toBe(503);
});

test('tells no secret, and of what a host said no megabytes', async () => {
  const secret = remember('canary-5d1f');
  const failure = new Failure('A question to the host failed', {
    output: `${'x'.repeat(3_000_000)} ${secret}`,
  });
  const ring = wellRing();
  const nodes = ring.nodes.map((node) => ({ ...node, drained: secret, failure }));
  const { server } = await served({ ring: { ...ring, nodes } });
  const json = await text(await ask(server, '/status.json'));
  expect(json).not.toContain(secret);
  expect(json.length).toBeLessThan(20_000);
});

const browserTest = test.skipIf(noBrowser !== undefined);
browserTest('the page has each change once, however late it is told', async () => {
  const { server } = await served();
  const folder = mkdtempSync(join(tmpdir(), 'rota-status-'));
  const browser = await launchBrowser(folder);
  ends.push(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const change = { what: 'VIP fd02::1', was: 'node1', is: 'node3', at: NOW.toISOString() };
  const told = [3000, 4000, 7000].map((atMs, index) => {
    const time = new Date(NOW.getTime() + atMs).toISOString();
    const history = [change, { ...change, at: time }].slice(0, Math.max(1, index));
    return `data: ${JSON.stringify({ time, lookedAt: time, rings: [wellRing()], history })}\n\n`;
  });
  const page = await browser.newPage();
  await page.route('**/events', (route) =>
    route.fulfill({ contentType: 'text/event-stream', body: told.join('') }),
  );
  await page.goto(urlOf(server));
  await page.locator('#changes time[datetime$="07.000Z"]').waitFor();
  expect(
    await page.evaluate(
      "[...document.querySelectorAll('#changes time')].map((one) => one.dateTime)",
    ),
  ).toEqual(['2026-11-24T10:00:07.000Z', '2026-11-24T10:00:00.000Z']);
});
