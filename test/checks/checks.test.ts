import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { allHold } from '#checks/all-hold.ts';
import { commandSucceeds } from '#checks/command-succeeds.ts';
import { portAnswers } from '#checks/port-answers.ts';
import { serviceIsActive } from '#checks/service-is-active.ts';
import { urlAnswers } from '#checks/url-answers.ts';
import { ask } from '#engine/host/ask.ts';
import { Answers } from '#engine/model/answers.ts';
import { type Check, findingText } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import { CONTROL_MACHINE } from '#engine/model/host.ts';
import { Connections } from '#lib/ssh/index.ts';

let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer(({ url }, response) => {
    response.statusCode = url === '/ill' ? 503 : 200;
    response.end('this is version 2');
  }).listen(0);
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => server.close());

/** What is found on web1, which is this machine, and on web2, which cannot be reached. */
async function findings(check: Check): Promise<readonly string[]> {
  await using session = await new Connections().connect(CONTROL_MACHINE);
  const reads = Object.values(check.readsFor('web1'));
  const sample = new Map<string, Answers | Failure>([
    ['web1', new Answers(await ask(session, reads))],
    ['web2', new Failure('The host cannot be reached')],
  ]);
  return check.judge(sample, []).map((finding) => findingText(finding).replaceAll(`${port}`, 'P'));
}

test('a check holds where all is well on each host that it is asked on', async () => {
  const on = ['web1'];
  const url = `http://localhost:${port}/`;
  const all = allHold(
    portAnswers(port, { on }),
    urlAnswers(url, { on }),
    urlAnswers(url, { on, matching: /version 2/ }),
    commandSucceeds('printf some; exit 0', { on }),
  );
  expect(await findings(all)).toEqual([]);
  expect([all.readsFor('web2'), Object.keys(all.readsFor('web1')).length]).toEqual([{}, 4]);
});

test('a port that there is none of is refused where the check is made', () => {
  for (const wrong of [0, 70_000, 1.5, '80'])
    expect(() => portAnswers(wrong as number)).toThrow(
      'A check has options that it cannot do its work with',
    );
});

test('a check says of each host what is there instead', async () => {
  const url = `http://localhost:${port}`;
  const checks = [
    portAnswers(1, { on: ['web1'] }),
    urlAnswers(`${url}/ill`, { on: ['web1'] }),
    urlAnswers('http://localhost:1/', { on: ['web1'] }),
    urlAnswers(url, { on: ['web1'], matching: /version 3/ }),
    commandSucceeds('echo one; echo two >&2; exit 3', { on: ['web1'] }),
    commandSucceeds('exit 3'),
    serviceIsActive('no-such-service', { on: ['web1'] }),
  ];
  const single = await Promise.all(checks.map(findings));
  expect(single.flat()).toEqual([
    'web1: expected port 1 answers, seen nothing listens',
    expect.stringMatching(/^web1: expected http:.*P\/ill answers, seen curl: .* error: 503/),
    expect.stringMatching(/^web1: expected http:.*1\/ answers, seen curl: .* connect/),
    'web1: expected http://localhost:P answers with /version 3/, seen this is version 2',
    'web1: expected echo one; echo two >&2; exit 3 succeeds, seen two',
    'web1: expected exit 3 succeeds, seen exit 3',
    'web2: expected exit 3 succeeds, seen The host cannot be reached',
    // Without systemd it is not known at all.
    expect.stringMatching(
      /^web1: expected no-such-service is active, seen .*(inactive|unrecognized|not found)/,
    ),
  ]);
  const titles = checks.map(({ title }) => title);
  expect(allHold(...checks).title).toBe(titles.join(', '));
  expect(await findings(allHold(...checks))).toHaveLength(8);
});

test('a check that none of its hosts is there to be asked does not hold', () => {
  const check = portAnswers(80, { on: ['lb1', 'lb2'] });
  const [gone] = check.judge(new Map([['web1', new Answers()]]), []);
  expect(gone && findingText(gone)).toBe(
    'lb1, lb2: expected port 80 answers, seen nobody in this run who could be asked',
  );
  const some = new Map([['lb2', new Failure('The host cannot be reached')]]);
  expect(check.judge(some, []).map(findingText)).toEqual([
    'lb2: expected port 80 answers, seen The host cannot be reached',
  ]);
  expect(portAnswers(80, { on: [] }).judge(new Map(), [])).toEqual([]);
});

test.for(['wget', 'busybox'].filter(pathOf))(
  'where there is no curl, %s gets a URL, or fails at once',
  async (by) => {
    let asked = 0;
    const mute = createServer(({ socket }) => {
      asked += 1;
      socket.destroy();
    }).listen(0);
    await once(mute, 'listening');
    onTestFinished(() => void mute.close());
    const { port: muted } = mute.address() as AddressInfo;
    const bin = mkdtempSync(join(tmpdir(), 'rota-wget-'));
    onTestFinished(() => rmSync(bin, { recursive: true }));
    for (const [name, program] of Object.entries({ sh: 'sh', timeout: 'timeout', wget: by }))
      symlinkSync(pathOf(program), join(bin, name));
    const seen = async (of: number) => {
      const check = urlAnswers(`http://127.0.0.1:${of}/`);
      const [read] = Object.values(check.readsFor('web1'));
      const script = read !== undefined && 'script' in read ? read.script : '';
      const sh = spawn('/bin/sh', ['-c', script], { env: { PATH: bin } });
      const stdout = await text(sh.stdout);
      return stdout.split('\n').at(-1);
    };
    expect(await seen(port)).toBe('0');
    expect(await seen(muted)).not.toBe('0');
    expect(asked).toBe(1);
  },
);

function pathOf(name: string): string {
  return spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
}
