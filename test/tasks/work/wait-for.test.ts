import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { fileAt } from '#engine/reads/file.ts';
import { assert } from '#tasks/work/assert.ts';
import { type WaitForOptions, waitFor } from '#tasks/work/wait-for.ts';
import { book, runOn, TemporaryHost } from '../../engine/run/temporary-host.ts';

let host: TemporaryHost;
beforeEach(() => {
  host = new TemporaryHost('node1');
});
afterEach(() => host.remove());

const waiting = (...all: readonly WaitForOptions[]) =>
  runOn([host], book({ tasks: () => all.map((one) => waitFor(one)) }));

test('there is nothing to wait for where a port, a URL, a path and a command are as they should be', async () => {
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/well' ? 200 : 503;
    response.end();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const well = await waiting(
    { port },
    { url: `${url}/well` },
    { path: host.root },
    { command: 'true' },
  );
  expect(well.result.hosts).toMatchObject([{ ok: 4, changed: 0, failed: 0 }]);
  const ill = await waiting({ url: `${url}/ill`, within: 1 });
  expect(ill.result.failures).toMatchObject([{ message: 'A command failed' }]);
  expect(ill.result.failures[0]?.output).toContain('503');
});

test('a wait that is over fails, with what was seen last; one for what comes ends well', async () => {
  const path = host.path("it's there");
  const { result } = await waiting({ command: `cat "${path}"`, within: 1 });
  expect(result.failures[0]?.output).toMatch(
    /No such file or directory\nafter \d+ s it is still not so$/,
  );
  const { result: then } = await runOn([host], book({ tasks: () => [waitFor({ path })] }), {
    onEvent: (event) => {
      if (event.type === 'taskStarted') writeFileSync(path, '');
    },
  });
  expect(then.hosts).toMatchObject([{ changed: 1, failed: 0 }]);
});

test('what is asserted of a host fails its plan by name, before anything is changed', async () => {
  const path = host.path('version');
  const asserting = assert({
    title: 'version 2 or newer',
    reads: { version: fileAt(path) },
    problem: ({ version }) => (version.type === 'file' ? undefined : 'there is no version'),
    fix: 'Install it.',
  });
  const { result } = await runOn([host], book({ tasks: () => [waitFor({ path }), asserting] }));
  expect(result.failures).toMatchObject([
    {
      message: 'The host is not as the playbook asserts',
      where: 'version 2 or newer › node1',
      ran: 'there is no version',
      fix: 'Install it.',
    },
  ]);
  writeFileSync(path, '2');
  expect((await runOn([host], book({ tasks: () => [asserting] }))).result.hosts).toMatchObject([
    { ok: 1 },
  ]);
});
