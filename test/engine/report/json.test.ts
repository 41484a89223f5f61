import { expect, test } from 'vitest';
import { remember } from '#engine/model/redaction.ts';
import { Secret } from '#engine/model/secret.ts';
import { Pending } from '#engine/model/state.ts';
import { eventLine, jsonReport, withoutSecrets } from '#engine/report/json.ts';
import { field, plannedTask, REJECTED, runStarted } from './events.ts';
import { HEADER } from './recorded.ts';

test('each event is a line of JSON that says no secret and steers no terminal', () => {
  let text = '';
  const report = jsonReport(
    (chunk) => {
      text += chunk;
    },
    HEADER,
    () => new Date('2026-11-24T10:00:00Z'),
  );
  const fields = [
    field('password', 'hunter1', new Secret('hunter2')),
    field('token', undefined, new Secret('hunter2')),
    field('digest', 'sha256:old', new Pending('sha256:…', 'not built yet')),
  ];
  const commands = [{ kind: 'run' as const, title: 'log in', script: new Secret('login hunter2') }];
  report.onEvent(runStarted(['node1']));
  report.onEvent({ type: 'taskFailed', host: 'node1', task: 'image', failure: REJECTED });
  const stages = [[{ ...plannedTask('image', fields), commands }]];
  report.onEvent({ type: 'hostPlanned', host: 'node1', stages });
  const line = 'a\u001b[2J\u009b\u2028é';
  report.onEvent({ type: 'taskOutput', host: 'node1', task: 'image', line });
  expect(text).not.toMatch(/hunter/);
  expect(JSON.parse(text.split('\n')[3] ?? '').line).toBe(line);
  expect(text).toMatchInlineSnapshot(`
    "{"format_version":1,"rota":"0.1.0","owner":"ada@desk","inventory":["inventory/prod.yaml"],"time":"2026-11-24T10:00:00.000Z","type":"runStarted","runId":"20261124-1","playbook":"keepalived","mode":"apply","hosts":["node1"]}
    {"time":"2026-11-24T10:00:00.000Z","type":"taskFailed","host":"node1","task":"image","failure":{"what":"The new configuration was rejected by its check","where":"playbooks/deploy.ts › /etc/keepalived/keepalived.conf › node2","ran":"keepalived --config-test -f … → exit 5","output":"(line 14) virtual_router_id 300 not in range 1-255\\n","fix":"Set vrid in inventory/prod.yaml:21 to 1–255. The running configuration was not touched.","kind":"failed"}}
    {"time":"2026-11-24T10:00:00.000Z","type":"hostPlanned","host":"node1","stages":[[{"title":"image","fields":[{"name":"password","before":"••••••","after":"••••••"},{"name":"token","after":"••••••"},{"name":"digest","before":"sha256:old","after":{"pending":"sha256:…","reason":"not built yet"}}],"commands":["log in"]}]]}
    {"time":"2026-11-24T10:00:00.000Z","type":"taskOutput","host":"node1","task":"image","line":"a\\u001b[2J\\u009b\\u2028é"}
    "
  `);
});

test('a secret that is coloured in parts is in no line', () => {
  remember('hunter2-canary');
  const line = 'pw=\u001b[01;31mhunter2\u001b[m-canary';
  const event = { type: 'taskOutput' as const, host: 'node1', task: 'image', line };
  expect(withoutSecrets(eventLine(event, HEADER, new Date(0)))).toBe(
    '{"time":"1970-01-01T00:00:00.000Z","type":"taskOutput","host":"node1","task":"image","line":"pw=••••••"}\n',
  );
});
