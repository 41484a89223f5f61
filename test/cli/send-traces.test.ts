import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { remember } from '#engine/model/redaction.ts';
import type { RunEvent } from '#engine/run/events.ts';
import { TraceSender } from '../../cli/send-traces.ts';
import {
  changed,
  NO_ANSWER,
  planned,
  REJECTED,
  result,
  runStarted,
  summary,
} from '../engine/report/events.ts';
import { HEADER } from '../engine/report/recorded.ts';
import { type CollectedSpan, OtlpCollector } from '../otlp-collector.ts';
import { Desk } from './rota.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

const desk = new Desk();
afterEach(() => vi.unstubAllEnvs());
afterAll(() => desk.remove());

function sendTo(url: string): void {
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', url);
  vi.stubEnv('TRACEPARENT', `00-${TRACE}-${PARENT}-01`);
}

/** The spans below one, each by its name, with what is known of it. */
function below(parent: string, spans: readonly CollectedSpan[], depth = 0): readonly string[] {
  return spans
    .filter(({ parentSpanId }) => parentSpanId === parent)
    .toSorted((one, other) => one.name.localeCompare(other.name))
    .flatMap(({ name, spanId, attributes, events, status }) => {
      const { 'process.pid': _, ...steady } = attributes;
      const failures = events.map((event) => JSON.stringify(event));
      const own = [`${name} ${status.code} ${status.message}`, JSON.stringify(steady), ...failures];
      return [...own.map((line) => '  '.repeat(depth) + line), ...below(spanId, spans, depth + 1)];
    });
}

const ON_NODE_1 = { check: 'every VIP is held once', host: 'node1' };
const HOSTS = [
  summary('node1', { ok: 1, changed: 1 }),
  summary('node2', { failed: 1, pending: 1 }),
  summary('node3', { unreachable: true }),
];
const FAILED: readonly RunEvent[] = [
  runStarted(['node1', 'node2', 'node3']),
  ...planned('node1', { one: true, same: false }),
  ...planned('node2', { config: true, later: true }),
  { type: 'hostStarted', host: 'node3' },
  { type: 'hostUnreachable', host: 'node3', failure: NO_ANSWER },
  ...changed('node1', 'one\u001b[2J canary-of-traces'),
  { type: 'checkPassed', ...ON_NODE_1, elapsedMs: 1500 },
  { type: 'taskStarted', host: 'node2', task: 'config' },
  { type: 'taskFailed', host: 'node2', task: 'config', failure: REJECTED },
  ...HOSTS.map((one): RunEvent => ({ type: 'hostFinished', summary: one })),
  { type: 'runFinished', result: result(HOSTS, { failures: [NO_ANSWER, REJECTED] }) },
];

test('a run is a tree of spans in the trace that it was started in, with what failed, and without secrets', async () => {
  await using collector = await OtlpCollector.start();
  sendTo(collector.url);
  remember('canary-of-traces');
  const sender = new TraceSender(HEADER);
  for (const event of FAILED) sender.onEvent(event);
  await sender.end();
  expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
  expect(collector.resources[0]).toMatchObject({
    'service.name': 'rota',
    'service.version': '0.1.0',
  });
  expect(`\n${below(PARENT, collector.spans).join('\n')}\n`).toMatchInlineSnapshot(`
    "
    keepalived apply STATUS_CODE_ERROR The host does not answer
    {"cicd.pipeline.name":"keepalived","cicd.pipeline.run.id":"20261124-1","process.executable.name":"rota","rota.mode":"apply","rota.inventory":["inventory/prod.yaml"],"rota.owner":"ada@desk","rota.hosts":3,"process.exit.code":4,"cicd.pipeline.result":"failure","error.type":"unreachable"}
      node1 STATUS_CODE_UNSET 
      {"host.name":"node1","rota.tasks.ok":1,"rota.tasks.changed":1,"rota.tasks.failed":0,"rota.tasks.pending":0}
        every VIP is held once STATUS_CODE_UNSET 
        {"host.name":"node1"}
        one\\x1b[2J •••••• STATUS_CODE_UNSET 
        {"host.name":"node1","cicd.pipeline.task.name":"one\\\\x1b[2J ••••••","cicd.pipeline.task.run.result":"success"}
      node2 STATUS_CODE_ERROR config: The new configuration was rejected by its check
      {"host.name":"node2","rota.tasks.ok":0,"rota.tasks.changed":0,"rota.tasks.failed":1,"rota.tasks.pending":1}
        config STATUS_CODE_ERROR The new configuration was rejected by its check
        {"host.name":"node2","cicd.pipeline.task.name":"config","cicd.pipeline.task.run.result":"failure","error.type":"failed"}
        {"name":"exception","attributes":{"exception.type":"failed","exception.message":"✖ The new configuration was rejected by its check\\n  where  playbooks/deploy.ts › /etc/keepalived/keepalived.conf › node2\\n  ran    keepalived --config-test -f … → exit 5\\n         (line 14) virtual_router_id 300 not in range 1-255\\n  fix    Set vrid in inventory/prod.yaml:21 to 1–255. The running configuration was not touched."}}
      node3 STATUS_CODE_ERROR The host does not answer
      {"host.name":"node3","error.type":"unreachable","rota.tasks.ok":0,"rota.tasks.changed":0,"rota.tasks.failed":0,"rota.tasks.pending":0}
      {"name":"exception","attributes":{"exception.type":"unreachable","exception.message":"✖ The host does not answer\\n  where  node3 (192.0.2.13)\\n  fix    Look whether it is up: ssh root@192.0.2.13"}}
    "
  `);
  expect(collector.bodies).not.toContain('canary-of-traces');
});

test('a run that is killed has sent what it had done', async () => {
  await using collector = await OtlpCollector.start();
  sendTo(collector.url);
  const child = desk.start('run', 'test/fixtures/killed/playbook.ts', desk.inventory());
  const ended = once(child, 'close');
  await expect.poll(() => collector.spans.map(({ name }) => name)).toEqual([desk.path('one')]);
  child.kill('SIGKILL');
  await ended;
  desk.write('go', '');
  expect(collector.spans[0]?.traceId).toBe(TRACE);
});

test('a collector that does not answer is said, and makes the run no worse', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  sendTo(`http://user:pass@127.0.0.1:${(silent.address() as AddressInfo).port}`);
  const child = desk.start(
    'run',
    'test/fixtures/choosing/playbook.ts',
    desk.inventory(),
    '--dry-run',
  );
  const [stderr, [status]] = await Promise.all([
    text(child.stderr as NodeJS.ReadableStream),
    once(child, 'close'),
  ]);
  silent.close();
  expect([status, stderr.replace(/:\d+/, ':PORT')]).toMatchInlineSnapshot(`
    [
      2,
      "⚠ The traces of the run were not all sent
      where  OTEL_EXPORTER_OTLP_ENDPOINT http://127.0.0.1:PORT
             It does not answer
      fix    Look whether a collector takes OTLP over HTTP there, with protobuf; or unset the variable.
    ",
    ]
  `);
});
